"""Results of the wings as terminal tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from .console import print_table

if TYPE_CHECKING:
    from ..model.gate.check import Check
    from ..model.measures.image_views import Ablation
    from ..model.measures.score import Scores
    from ..release import Statistics


def print_statistics(title: str, counts: Statistics) -> None:
    """Print the paper's table of a release: one column per split."""
    from ..release import paper_table

    table = paper_table(title, counts)
    print_table(table.title, table.columns, table.rows)


def print_scores(title: str, scores: Mapping[str, Scores]) -> None:
    """Print strict scores in percent, the micro average first."""
    from ..model.gate.report_text import score_rows

    print_table(title, ("", "P", "R", "F1", "gold"), score_rows(scores))


def print_ablations(ablations: Sequence[Ablation]) -> None:
    """Print F1 with all images against each view of them; nothing for a system that reads text only."""
    from ..model.gate.report_text import ablation_rows

    if ablations:
        columns = ("test with", "", "F1", "all images", "95 %", "p")
        print_table("images", columns, ablation_rows(ablations))


def print_checks(checks: Sequence[Check]) -> None:
    """Print the checks that the verdict depends on."""
    from ..model.gate.report_text import check_rows

    print_table("checks", ("check", "answer", "figure", "threshold", "reason"), check_rows(checks))
