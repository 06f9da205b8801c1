"""The first signal is like Ctrl-C, a second one at that moment is the same stop, a later one ends at once."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

from support.command import heed_signals

SCRIPT = """
import os, signal, sys, time
from mnerctl.cli import stop
{before}
asked = stop.Stop()
asked.listen()
def send(number, wait=0.0):
    time.sleep(wait)
    os.kill(os.getpid(), number)
    time.sleep(0.01)
try:
    {body}
except KeyboardInterrupt:
    {after}
    print(asked.words)
    sys.exit(asked.exit_code)
print("not stopped")
"""


def ended(body: str, *, before: str = "", after: str = "") -> tuple[int, str]:
    script = SCRIPT.format(before=before, body=body, after=after)
    process = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=heed_signals,
    )
    assert process.stderr == ""
    return process.returncode, process.stdout


@pytest.mark.parametrize(
    ("name", "code", "words"),
    [
        ("SIGINT", 130, "interrupted"),
        ("SIGTERM", 143, "stopped by SIGTERM"),
        ("SIGHUP", 129, "stopped by SIGHUP"),
    ],
)
def test_the_first_signal_is_like_ctrl_c(name: str, code: int, words: str) -> None:
    assert ended(f"send(signal.{name})") == (code, f"{words}\n")


def test_a_second_signal_at_the_same_moment_lets_the_cleaning_end() -> None:
    both = "send(signal.SIGHUP); send(signal.SIGINT)"
    assert ended("send(signal.SIGTERM)", after=both) == (143, "stopped by SIGTERM\n")


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_a_later_signal_ends_at_once(name: str) -> None:
    later = f"send(signal.{name}, wait=stop.SAME_STOP_SECONDS)"
    assert ended("send(signal.SIGTERM)", after=later) == (-getattr(signal, name), "")


def test_what_nohup_ignores_stays_ignored() -> None:
    ignored = "signal.signal(signal.SIGHUP, signal.SIG_IGN)"
    assert ended("send(signal.SIGHUP)", before=ignored) == (0, "not stopped\n")


def test_a_forked_process_ends_without_a_word() -> None:
    """Workers of a library inherit the handler, and are ended by SIGTERM."""
    body = (
        "child = os.fork(); child or time.sleep(9);"
        " time.sleep(0.05); os.kill(child, signal.SIGTERM);"
        " print(os.WTERMSIG(os.waitpid(child, 0)[1]), flush=True)"
    )
    assert ended(body) == (0, f"{int(signal.SIGTERM)}\nnot stopped\n")
