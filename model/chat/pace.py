"""How fast all threads together may ask, and how they wait: one that is told to slow down slows all."""

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
    """per_minute: requests that may begin in a minute, evenly; None where the server alone sets the pace."""

    def __init__(self, *, per_minute: int | None, on_wait: OnWait) -> None:
        self._gap = 60 / per_minute if per_minute else 0.0
        self._on_wait = on_wait
        self._lock = Lock()
        self._next = 0.0
        self._ended = Event()

    def turn(self) -> None:
        """Comes back when a request may begin. Raises Stopped."""
        while True:
            with self._lock:
                left = self._next - time.monotonic()
                if left <= 0:
                    self._next = time.monotonic() + self._gap
                    break
            self._sleep(left)
        self._sleep(0)

    def hold(self, seconds: float, why: str) -> None:
        """No thread begins another request for so long."""
        with self._lock:
            later = time.monotonic() + seconds
            is_news, self._next = later > self._next + self._gap, max(self._next, later)
        if is_news:
            self._on_wait(seconds, why)

    def rest(self, seconds: float, why: str) -> None:
        """This thread alone waits. Raises Stopped."""
        self._on_wait(seconds, why)
        self._sleep(seconds)

    def stop(self) -> None:
        """Whoever waits, or asks for a turn, gets Stopped."""
        self._ended.set()

    def _sleep(self, seconds: float) -> None:
        if self._ended.wait(seconds):
            raise Stopped


def seconds_of(retry_after: str) -> float | None:
    """What a Retry-After header asks for: a number of seconds, or a date; None where it is neither."""
    if retry_after.strip().isdecimal():
        return float(retry_after)
    try:
        return max(0.0, parsedate_to_datetime(retry_after).timestamp() - time.time())
    except (ValueError, TypeError):
        return None
