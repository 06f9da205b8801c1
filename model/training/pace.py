"""Correct the estimated cost of a training while it runs, if steps take another time than estimated."""

from __future__ import annotations

from typing import Final

from .duration import duration

FIRST_SECONDS: Final = 20.0
"""Seconds of steps before anything is said; a shorter training needs no estimate."""
TOLERANCE: Final = 1.3


class Pace:
    """Compares the seconds of steps with those that were last announced."""

    def __init__(self, seconds: float, *, now: float) -> None:
        """Start.

        Args:
            seconds: estimated seconds of a step.
            now: a clock, in seconds.
        """
        self._announced = seconds
        self._last = self._since = now
        self._steps = 0
        self._scoring: list[float] = []

    def step(self, left: int, epochs_left: float, *, now: float) -> str:
        """Count a step, and return a sentence if what was announced is no longer true, else "".

        Args:
            left: steps that are left.
            epochs_left: epochs that are left; each ends with scoring dev.
            now: the clock.
        """
        self._steps += 1
        self._last = now
        spent = now - self._since
        if spent < FIRST_SECONDS or not left:
            return ""
        seconds, announced = spent / self._steps, self._announced
        self._since, self._steps = now, 0
        if announced / TOLERANCE <= seconds <= announced * TOLERANCE:
            return ""
        self._announced = seconds
        scoring = max(self._scoring, default=0.0) * epochs_left
        return (
            f"{'slower' if seconds > announced else 'faster'} than announced: {seconds:.2g} s a step"
            f" instead of {announced:.2g} s; about {duration(seconds * left + scoring)} left"
        )

    def scored(self, *, now: float) -> None:
        """Leave the time since the last step, in which dev was scored, out of the pace."""
        self._scoring.append(now - self._last)
        self._since += now - self._last
        self._last = now
