"""Where the time of a long command goes: seconds and CPU seconds of each of its phases."""

from __future__ import annotations

import time
from collections.abc import Callable

Clock = Callable[[], float]


class Phases:
    """Adds up the time of each phase: all time since the last call belongs to the phase that is named.

    `str()` gives one line: `seconds (CPU seconds): reading 2 (2), training 160 (155); in all 162 (157)`.
    """

    def __init__(self, *, clock: Clock = time.monotonic, cpu: Clock = time.process_time) -> None:
        """Start.

        Args:
            clock: returns seconds.
            cpu: returns the CPU seconds of this process.
        """
        self._clocks = (clock, cpu)
        self._last = self._now()
        self._spent: dict[str, list[float]] = {}

    def reached(self, phase: str) -> None:
        """Count the time since the last call, or since the start, as time of this phase."""
        now = self._now()
        spent = self._spent.setdefault(phase, [0.0, 0.0])
        for place, (then, this) in enumerate(zip(self._last, now, strict=True)):
            spent[place] += this - then
        self._last = now

    def __str__(self) -> str:
        parts = [f"{phase} {_both(*spent)}" for phase, spent in self._spent.items()]
        total = _both(*map(sum, zip(*self._spent.values(), strict=True)))
        return f"seconds (CPU seconds): {', '.join(parts)}; in all {total}"

    def _now(self) -> list[float]:
        return [clock() for clock in self._clocks]


def _both(seconds: float, cpu: float) -> str:
    return f"{seconds:.0f} ({cpu:.0f})"
