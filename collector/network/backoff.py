"""Waiting for X: shown every second, and longer after each fault in a row."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

TRIES: Final = 6
LATER: Final = "wait, then run the same command again: it goes on where it stopped"
OnWait = Callable[[float, str], None]
"""Called every second of a wait with (seconds left, why), the last time with 0."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How waiting is done; tests have a clock of their own."""

    on_wait: OnWait
    sleep: Callable[[float], None]
    clock: Callable[[], float]

    def wait(self, seconds: float, why: str) -> None:
        end = self.clock() + seconds
        while (left := end - self.clock()) > 0:
            self.on_wait(left, why)
            self.sleep(min(1.0, left))
        self.on_wait(0, why)

    def back_off(self, faults: int, last: str) -> None:
        """Before another try after so many faults in a row; nothing before the first."""
        if faults:
            pause = 2.0**faults * random.uniform(0.75, 1.25)
            self.wait(pause, f"{last}; try {faults + 1} of {TRIES}")
