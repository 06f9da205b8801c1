"""The report folder: it appears whole or not at all, and never in the place of another."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from ...schema import DataError, Record
from ...schema.atomic_folder import whole_folder
from ..suspects.find import Suspects
from ..suspects.page import write_into
from ..tagging.predictions_file import prediction_line, span_fields, write_lines
from ..tagging.scored_span import ScoredSpan
from .report import Report
from .report_text import as_markdown
from .task import Found, Task

MOST_SUSPECTS = 100


def prepare_folder(out: Path) -> None:
    """Raises DataError where a report would replace something: before hours of training, not after."""
    if out.exists():
        raise DataError(
            f"{out}: exists already; a report is never overwritten", "give another --out"
        )


def write_report(
    task: Task, report: Report, found: Found, suspects: Suspects | None, *, page: str
) -> None:
    """`page`: HTML. The folder with the weights is moved into the report.

    `predictions.<split>.jsonl` are those of the model that is kept, of the first seed; the others' have
    their seed in their name.
    """
    with whole_folder(task.out) as partial:
        for name, content in {
            "report.json": report.model_dump_json(indent=1) + "\n",
            "report.md": as_markdown(report),
            "report.html": page,
        }.items():
            (partial / name).write_text(content, encoding="utf-8")
        for split, by_seed in found.predictions.items():
            for place, (seed, rows) in enumerate(zip(report.run.seeds, by_seed, strict=True)):
                name = f"predictions.{split}{f'.{seed}' if place else ''}.jsonl"
                records = task.release.splits[split]
                known = split == "test" and found.weights
                weights = found.weights[place] if known else [[]] * len(records)
                write_lines(partial / name, _lines(records, rows, weights))
        if suspects is not None:
            write_into(partial, suspects, task.release, top=MOST_SUSPECTS)
        shutil.move(task.model, partial / "model")


def _lines(
    records: Sequence[Record],
    rows: Iterable[Sequence[ScoredSpan]],
    weights: Iterable[Sequence[float]],
) -> Iterator[dict[str, Any]]:
    """As `mnerctl predict` writes them, with gold beside what was found."""
    for record, found, weigh in zip(records, rows, weights, strict=True):
        gold = [span_fields(record, span, "tokens") for span in record.spans]
        yield prediction_line(record, found, unit="tokens", weights=weigh) | {"gold": gold}
