"""Daemon threads: results and exceptions come back, and the end of the process does not wait for them."""

from __future__ import annotations

import subprocess
import sys
import threading
import time

import pytest

from mnerctl.collector.network.daemon_pool import DaemonPool

FOREVER = """
import threading, time
from mnerctl.collector.network.daemon_pool import DaemonPool
pool = DaemonPool(2)
started = threading.Event()
pool.submit(lambda: (started.set(), time.sleep(60)))
started.wait()
"""


def test_results_and_exceptions_come_back() -> None:
    pool: DaemonPool[float] = DaemonPool(3)
    results = [pool.submit(lambda number=number: 12 / number) for number in (1, 2, 0, 4)]
    assert [results[place].result(5) for place in (0, 1, 3)] == [12, 6, 3]
    with pytest.raises(ZeroDivisionError):
        results[2].result(5)
    pool.close()


def test_jobs_that_have_not_started_are_dropped() -> None:
    pool: DaemonPool[bool] = DaemonPool(1)
    go_on, started = threading.Event(), threading.Event()
    first = pool.submit(lambda: started.set() or go_on.wait(5))
    second = pool.submit(lambda: True)
    assert started.wait(5)
    pool.close()
    go_on.set()
    assert first.result(5)
    time.sleep(0.05)
    assert not second.done()


def test_the_end_of_the_process_does_not_wait_for_a_job() -> None:
    started = time.monotonic()
    subprocess.run([sys.executable, "-P", "-c", FOREVER], check=True, timeout=30)
    assert time.monotonic() - started < 20
