"""Limit how fast all threads together may send requests, and make all of them wait if the server asks."""

from __future__ import annotations

import time
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from threading import Event, Lock

OnWait = Callable[[float, str], None]
"""Called from any thread with (seconds, why) before a wait."""


class Stopped(Exception):
    """Another thread has ended the run."""


class Pace:
    """The pace of all threads.

    Args:
        per_minute: requests that may begin per minute, evenly spaced; None for no limit of our own.
        on_wait: called before a wait.
    """

    def __init__(self, *, per_minute: int | None, on_wait: OnWait) -> None:
        self._gap = 60 / per_minute if per_minute else 0.0
        self._on_wait = on_wait
        self._lock = Lock()
        self._next = 0.0
        self._ended = Event()

    def wait_for_turn(self) -> None:
        """Return when a request may begin.

        Raises:
            Stopped: the run has ended.
        """
        while True:
            with self._lock:
                left = self._next - time.monotonic()
                if left <= 0:
                    self._next = time.monotonic() + self._gap
                    break
            self._sleep(left)
        self._sleep(0)

    def pause_all(self, seconds: float, why: str) -> None:
        """Let no thread begin another request for this time."""
        with self._lock:
            later = time.monotonic() + seconds
            is_news, self._next = later > self._next + self._gap, max(self._next, later)
        if is_news:
            self._on_wait(seconds, why)

    def pause(self, seconds: float, why: str) -> None:
        """Make only this thread wait.

        Raises:
            Stopped: the run has ended.
        """
        self._on_wait(seconds, why)
        self._sleep(seconds)

    def stop(self) -> None:
        """End the run: every thread that waits, or asks for a turn, gets `Stopped`."""
        self._ended.set()

    def _sleep(self, seconds: float) -> None:
        if self._ended.wait(seconds):
            raise Stopped


def seconds_of(retry_after: str) -> float | None:
    """Return the seconds that a Retry-After header asks for, as a number or a date; None if it is neither."""
    if retry_after.strip().isdecimal():
        return float(retry_after)
    try:
        return max(0.0, parsedate_to_datetime(retry_after).timestamp() - time.time())
    except (ValueError, TypeError):
        return None
