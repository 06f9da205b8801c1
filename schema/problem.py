"""One row of a check: what is wrong with a piece of data, and where. A problem is not an exception."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Level = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True)
class Problem:
    """A finding of a check.

    Attributes:
        level: `error` (the data cannot be used), `warning` (it can, but somebody should look) or `note`.
        rule: short id of the broken rule, such as `bio` or `image-name`.
        where: `file:line`, or the name of the thing if it has no line.
        found: the value in the data.
        wanted: what the rule requires.
        detail: what was done about it, or anything else worth knowing.
    """

    level: Level
    rule: str
    where: str
    found: str
    wanted: str
    detail: str = ""


def errors_in(problems: Iterable[Problem]) -> list[Problem]:
    """Return the rows of level `error`."""
    return [problem for problem in problems if problem.level == "error"]
