"""Threads that read pictures: results and faults come back, and nobody waits for them at the end."""

from __future__ import annotations

import subprocess
import sys
import threading
import time

import pytest

from mnerctl.collector.network.threads import Crew

FOREVER = """
import threading, time
from mnerctl.collector.network.threads import Crew
crew = Crew(2)
begun = threading.Event()
crew.submit(lambda: (begun.set(), time.sleep(60)))
begun.wait()
"""


def test_results_and_faults_come_back() -> None:
    crew: Crew[float] = Crew(3)
    results = [crew.submit(lambda number=number: 12 / number) for number in (1, 2, 0, 4)]
    assert [results[place].result(5) for place in (0, 1, 3)] == [12, 6, 3]
    with pytest.raises(ZeroDivisionError):
        results[2].result(5)
    crew.dismiss()


def test_what_waits_is_dropped() -> None:
    crew: Crew[bool] = Crew(1)
    go_on, begun = threading.Event(), threading.Event()
    first = crew.submit(lambda: begun.set() or go_on.wait(5))
    second = crew.submit(lambda: True)
    assert begun.wait(5)
    crew.dismiss()
    go_on.set()
    assert first.result(5)
    time.sleep(0.05)
    assert not second.done()


def test_the_end_of_the_process_waits_for_no_job() -> None:
    begun = time.monotonic()
    subprocess.run([sys.executable, "-P", "-c", FOREVER], check=True, timeout=30)
    assert time.monotonic() - begun < 20
