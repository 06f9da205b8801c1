"""The result of one named check of train-check, as the report stores it."""

from __future__ import annotations

from typing import Final, Literal

from pydantic import BaseModel, ConfigDict

from ..measures.bootstrap import Difference

Verdict = Literal["pass", "warn", "fail"]
PERCENT: Final = 100.0
MIN_POSTS: Final = 30
"""With fewer posts, a bootstrap over posts is too certain, because it only draws from those it has."""


class Check(BaseModel):
    """The result of one check.

    Attributes:
        name: name of the check.
        level: `pass`, `warn` or `fail`.
        figure: the value found.
        threshold: the value it is compared with, None if there is none.
        reason: why the check gives this result.
        advice: what to do about it, empty if the check passes.
        is_undecided: whether the data cannot decide the question; the reason then begins with `undecided: `.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    level: Verdict
    figure: float
    threshold: float | None
    reason: str
    advice: str
    is_undecided: bool = False

    @property
    def title(self) -> str:
        """The name, and that the check is undecided if it is."""
        return f"{self.name} (undecided)" if self.is_undecided else self.name


def difference_text(difference: Difference) -> str:
    """Return a difference in points of F1, with its interval and p."""
    low, high = PERCENT * difference.low, PERCENT * difference.high
    return (
        f"{PERCENT * difference.f1:+.2f} F1 (95 % {low:+.2f} to {high:+.2f}, p {difference.p:.3f})"
    )


def count_text(count: int, noun: str) -> str:
    """Return a count with its noun, in the plural unless the count is 1."""
    plural = f"{noun[:-1]}ies" if noun.endswith("ty") else f"{noun}s"
    return f"{count:,} {noun if count == 1 else plural}"
