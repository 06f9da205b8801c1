"""How results of the wings look as terminal tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from .console import print_table

if TYPE_CHECKING:
    from ..model.gate.checks import Check
    from ..model.measures.image_views import Ablation
    from ..model.measures.score import Scores
    from ..release import Statistics


def print_statistics(title: str, counts: Statistics) -> None:
    """The paper's table: one column for each split."""
    from ..release import paper_table

    table = paper_table(title, counts)
    print_table(table.title, table.columns, table.rows)


def print_scores(title: str, scores: Mapping[str, Scores]) -> None:
    """Strict scores in percent, micro first."""
    from ..model.gate.report_text import score_rows

    print_table(title, ("", "P", "R", "F1", "gold"), score_rows(scores))


def print_ablations(ablations: Sequence[Ablation]) -> None:
    """What all images are above each view of them; nothing for a system of text."""
    from ..model.gate.report_text import ablation_rows

    if ablations:
        columns = ("test with", "", "F1", "all images", "95 %", "p")
        print_table("images", columns, ablation_rows(ablations))


def print_checks(checks: Sequence[Check]) -> None:
    """The checks that make the verdict."""
    from ..model.gate.report_text import check_rows

    print_table("checks", ("check", "answer", "figure", "threshold", "reason"), check_rows(checks))
