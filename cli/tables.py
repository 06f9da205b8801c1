"""How results of the wings look as terminal tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from ..schema import TYPES
from .console import print_table

if TYPE_CHECKING:
    from ..model.report import Check, Prf
    from ..release import Statistics


def print_statistics(title: str, counts: Statistics) -> None:
    """The paper's table: one column for each split."""
    columns = list(counts.splits.values())
    rows: list[tuple[object, ...]] = [(t, *(c.by_type[t] for c in columns)) for t in TYPES]
    rows.append(("entities", *(c.entities for c in columns)))
    most = max(max(c.by_images) for c in columns)
    for number in range(1, most + 1):
        name = "1 image" if number == 1 else f"{number} images"
        rows.append((name, *(c.by_images.get(number, 0) for c in columns)))
    rows.append(("images a tweet", *(f"{c.images_per_tweet:.3f}" for c in columns)))
    rows.append(("tweets", *(c.tweets for c in columns)))
    print_table(title, ("", *counts.splits), rows)


def print_scores(title: str, scores: Mapping[str, Prf]) -> None:
    """Strict scores in percent, micro first."""
    from ..model.report import score_rows

    print_table(title, ("", "P", "R", "F1", "gold"), score_rows(scores))


def print_checks(checks: Sequence[Check]) -> None:
    """The checks that make the verdict."""
    from ..model.report import check_rows

    print_table("checks", ("check", "answer", "figure", "threshold", "reason"), check_rows(checks))
