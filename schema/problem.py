"""One row of a check: what is wrong with a piece of data, and where. Never an exception."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Level = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True)
class Problem:
    """What a check found.

    level: `error` (the data cannot be used), `warning` (it can, somebody should look) or `note`.
    rule: the short id of the broken rule, such as `bio` or `image-name`.
    where: `file:line`, or the thing's name where there is no line.
    found, wanted: the value and what the rule asks for.
    detail: what was done about it, or anything else worth knowing.
    """

    level: Level
    rule: str
    where: str
    found: str
    wanted: str
    detail: str = ""


def errors_in(problems: Iterable[Problem]) -> list[Problem]:
    """The rows of level `error`."""
    return [problem for problem in problems if problem.level == "error"]
