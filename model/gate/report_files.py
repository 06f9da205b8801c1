"""Write the report folder: complete or not at all, and never over another one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from ...schema import Record
from ...schema.files.atomic_write import add_file, move_into, whole_folder
from ...schema.release.unchanged import removed_since
from ...schema.removed_posts import RemovedPosts
from ..suspects.find import Suspects
from ..suspects.page import write_into
from ..tagging.predictions_file import prediction_line, span_fields, write_lines
from ..tagging.scored_span import ScoredSpan
from .report import Report
from .report_page import as_html
from .report_text import as_markdown
from .task import Results, Task

MAX_SUSPECTS = 100


def write_report(
    task: Task, report: Report, results: Results, suspects: Suspects | None
) -> RemovedPosts:
    """Write all files of a report, and move the folder with the weights into it.

    Posts that were withdrawn since the release was read are left out, and returned.

    `predictions.<split>.jsonl` has the predictions of the first seed, whose model is kept; the files of the
    other seeds have the seed in their name.

    Args:
        task: what was trained.
        report: the data.
        results: the predictions.
        suspects: label suspects, None if they were not searched.
    """
    with removed_since(task.release) as removed, whole_folder(task.out) as partial:
        first = results.predictions["test"][0]
        for name, content in {
            "report.json": report.model_dump_json(indent=1) + "\n",
            "report.md": as_markdown(report),
            "report.html": as_html(report, task.release, first, suspects, removed),
        }.items():
            add_file(partial / name, content)
        for split, by_seed in results.predictions.items():
            for place, (seed, rows) in enumerate(zip(report.run.seeds, by_seed, strict=True)):
                name = f"predictions.{split}{f'.{seed}' if place else ''}.jsonl"
                records = task.release.splits[split]
                has_weights = split == "test" and results.image_weights
                weights = results.image_weights[place] if has_weights else [[]] * len(records)
                write_lines(partial / name, _lines(records, rows, weights, removed))
        if suspects is not None:
            write_into(partial, suspects.without(removed), task.release, top=MAX_SUSPECTS)
        move_into(task.model, partial / "model")
    return removed


def _lines(
    records: Sequence[Record],
    rows: Iterable[Sequence[ScoredSpan]],
    weights: Iterable[Sequence[float]],
    removed: RemovedPosts,
) -> Iterator[dict[str, Any]]:
    """Yield lines as `mnerctl predict` writes them, with the gold entities added."""
    for record, found, of_images in zip(records, rows, weights, strict=True):
        if removed.has(record):
            continue
        gold = [span_fields(record, span, "tokens") for span in record.spans]
        yield prediction_line(record, found, unit="tokens", weights=of_images) | {"gold": gold}
