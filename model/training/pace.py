"""The time that a training still takes, from the steps and the tagging that were measured so far.

A long training begins with an estimate from one step. If steps turn out to take another time, a sentence says
so; the time left is corrected with every step, and counts the tagging of dev after each epoch and
what is tagged at the end.
"""

from __future__ import annotations

from typing import Final

from .duration import duration

FIRST_SECONDS: Final = 20.0
"""Seconds of steps before anything is said; a shorter training needs no estimate."""
TOLERANCE: Final = 1.3
WEIGHT: Final = 0.05
"""Weight of the last step in the mean: the time left follows a change within some 20 steps."""
TAGGING_SHARE: Final = 1 / 3
"""Seconds of tagging a post, as a share of those of training on it: only the forward pass."""


def tagging_seconds(posts: int, *, step: float, batch_size: int) -> float:
    """Return the estimated seconds of tagging posts.

    Args:
        posts: how many.
        step: seconds of a training step.
        batch_size: posts per step.
    """
    return posts * TAGGING_SHARE * step / batch_size


class Pace:
    """Compares the seconds of steps with those that were last announced, and computes the time left."""

    def __init__(
        self, seconds: float, *, now: float, batch_size: int = 1, dev: int = 0, after: int = 0
    ) -> None:
        """Start.

        Args:
            seconds: estimated seconds of a step.
            now: a clock, in seconds.
            batch_size: posts per step.
            dev: posts that are tagged after each epoch.
            after: posts that are tagged after the last epoch.
        """
        self._announced = self._mean = seconds
        self._last = self._since = now
        self._steps = 0
        self._dev, self._after = dev, after
        self._batch_size = batch_size
        self._scoring: float | None = None

    def left(self, steps: int, scorings: float) -> float:
        """Return the seconds that are left.

        Args:
            steps: steps that are left.
            scorings: how often dev will be tagged.
        """
        estimated = tagging_seconds(self._dev, step=self._mean, batch_size=self._batch_size)
        scoring = estimated if self._scoring is None else self._scoring
        after = scoring * self._after / self._dev if self._dev else 0.0
        return self._mean * steps + scoring * scorings + after

    def step(self, left: int, scorings: float, *, now: float) -> str:
        """Count a step, and return a sentence if what was announced is no longer true, else "".

        Args:
            left: steps that are left.
            scorings: how often dev will be tagged.
            now: the clock.
        """
        self._steps += 1
        self._mean += WEIGHT * (now - self._last - self._mean)
        self._last = now
        spent = now - self._since
        if spent < FIRST_SECONDS or not left:
            return ""
        seconds, announced = spent / self._steps, self._announced
        self._since, self._steps = now, 0
        if announced / TOLERANCE <= seconds <= announced * TOLERANCE:
            return ""
        self._announced = self._mean = seconds
        return (
            f"{'slower' if seconds > announced else 'faster'} than announced: {seconds:.2g} s a step"
            f" instead of {announced:.2g} s; about {duration(self.left(left, scorings))} left"
        )

    def scored(self, *, now: float) -> None:
        """Keep the time since the last step, in which dev was tagged, out of the pace of steps."""
        self._scoring = now - self._last
        self._since += now - self._last
        self._last = now
