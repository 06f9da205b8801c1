"""Wait for X with a countdown, longer after each failure in a row."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from ..source import OnWait

TRIES: Final = 6
RUN_LATER: Final = "wait, then run the same command again: it continues where it stopped"


@dataclass(frozen=True, slots=True)
class Backoff:
    """How to wait; tests pass a clock of their own.

    on_wait: called every second of a wait.
    sleep: sleeps for a number of seconds.
    clock: returns the time in seconds.
    """

    on_wait: OnWait
    sleep: Callable[[float], None]
    clock: Callable[[], float]

    def wait(self, seconds: float, why: str) -> None:
        """Sleep, and report the seconds left every second."""
        end = self.clock() + seconds
        while (left := end - self.clock()) > 0:
            self.on_wait(left, why)
            self.sleep(min(1.0, left))
        self.on_wait(0, why)

    def before_try(self, failures: int, last: str) -> None:
        """Wait before the next try, about 2 ** failures seconds; do not wait before the first.

        Args:
            failures: number of failures in a row.
            last: the last failure, to show.
        """
        if failures:
            pause = 2.0**failures * random.uniform(0.75, 1.25)
            self.wait(pause, f"{last}; try {failures + 1} of {TRIES}")
