"""What a training run found, as data (`report.json`), as text (`report.md`) and as predictions.

Scores are 0 to 1 in data and percent in tables. Everything a reader needs to repeat the run is here:
the hash of the records, system, preset, encoders, seed and versions.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict

from ..schema import TYPES, Counts, DataError, Record, Score, Span, Split
from ..schema.whole import whole_folder

Verdict = Literal["pass", "warn", "fail"]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Check(_Model):
    """One named check: what was found (`figure`), what it was held to, and why it answers as it does."""

    name: str
    level: Verdict
    figure: float
    threshold: float | None
    reason: str


class Prf(_Model):
    """Strict precision, recall and F1, 0 to 1, with the counts they come from."""

    precision: float
    recall: float
    f1: float
    gold: int
    predicted: int
    correct: int

    @classmethod
    def of(cls, counts: Counts) -> Self:
        return cls(
            precision=counts.precision,
            recall=counts.recall,
            f1=counts.f1,
            gold=counts.gold,
            predicted=counts.predicted,
            correct=counts.correct,
        )


class Run(_Model):
    """How the scores came about. seconds: of training, with evaluation, without reading images."""

    release: str
    version: str
    records_sha256: str
    records: dict[Split, int]
    system: str
    preset: str
    text_encoder: str
    image_encoder: str | None
    images_named: int
    images_masked: int
    seed: int
    precision: str
    dev_f1: tuple[float, ...]
    seconds: float
    versions: dict[str, str]


class Report(_Model):
    """The whole result. scores: split, then `micro` or a type. verdict: `fail` if a check failed."""

    run: Run
    scores: dict[Split, dict[str, Prf]]
    checks: tuple[Check, ...]
    verdict: Literal["pass", "fail"]


def table_of(score: Score) -> dict[str, Prf]:
    """`micro` and each type."""
    return {"micro": Prf.of(score.micro), **{t: Prf.of(score.by_type[t]) for t in TYPES}}


def score_rows(scores: Mapping[str, Prf]) -> list[tuple[str, ...]]:
    """Rows for people: name, precision, recall, F1 in percent, gold entities."""
    return [
        (
            name,
            f"{100 * s.precision:.2f}",
            f"{100 * s.recall:.2f}",
            f"{100 * s.f1:.2f}",
            str(s.gold),
        )
        for name, s in scores.items()
    ]


def check_rows(checks: Iterable[Check]) -> list[tuple[str, ...]]:
    """Rows for people: name, answer, figure, threshold ("" where there is none), reason."""
    return [
        (
            c.name,
            c.level,
            _short(c.figure),
            "" if c.threshold is None else _short(c.threshold),
            c.reason,
        )
        for c in checks
    ]


def _short(figure: float) -> str:
    """Two decimals, and none for a count."""
    return str(int(figure)) if figure == int(figure) else f"{figure:.2f}"


def prepare_folder(out: Path) -> None:
    """Raises DataError where a report would replace something: before hours of training, not after."""
    if out.exists():
        raise DataError(
            f"{out}: exists already; a report is never overwritten", "give another --out"
        )


def write_report(
    out: Path,
    report: Report,
    *,
    page: str,
    predictions: Mapping[Split, Iterable[tuple[Record, list[Span]]]],
    model: Path,
) -> None:
    """The folder appears whole or not at all. `page`: HTML; `model`: a folder that is moved into it."""
    with whole_folder(out) as partial:
        (partial / "report.json").write_text(
            report.model_dump_json(indent=1) + "\n", encoding="utf-8"
        )
        (partial / "report.md").write_text(as_markdown(report), encoding="utf-8")
        (partial / "report.html").write_text(page, encoding="utf-8")
        for split, pairs in predictions.items():
            with (partial / f"predictions.{split}.jsonl").open("w", encoding="utf-8") as file:
                for record, spans in pairs:
                    line = {"id": record.id, "spans": [_span(record, span) for span in spans]}
                    file.write(json.dumps(line, ensure_ascii=False) + "\n")
        shutil.move(model, partial / "model")


def _span(record: Record, span: Span) -> dict[str, object]:
    """Token offsets, and code points of the raw text where the record has them."""
    fields: dict[str, object] = {"start": span.start, "end": span.end, "type": span.type}
    fields["text"] = " ".join(record.text[span.start : span.end])
    if record.offsets:
        fields["start_char"] = record.offsets[span.start][0]
        fields["end_char"] = record.offsets[span.end - 1][1]
    return fields


def as_markdown(report: Report) -> str:
    """The report as a page: verdict, checks, scores, and what to repeat it with."""
    run = report.run
    lines = [
        f"# {run.release} {run.version}: {report.verdict}",
        "",
        f"{run.system}, preset {run.preset}, seed {run.seed}. Strict micro scores in percent.",
        "",
        "| check | answer | figure | threshold | reason |",
        "|---|---|--:|--:|---|",
    ]
    lines += ["| " + " | ".join(row) + " |" for row in check_rows(report.checks)]
    for split, scores in report.scores.items():
        lines += ["", f"## {split}", "", "| | P | R | F1 | gold |", "|---|--:|--:|--:|--:|"]
        lines += ["| " + " | ".join(row) + " |" for row in score_rows(scores)]
    lines += ["", "## Run", "", "| | |", "|---|---|"]
    for name, value in run.model_dump().items():
        lines.append(f"| {name.replace('_', ' ')} | {_cell(value)} |")
    return "\n".join(lines) + "\n"


def _cell(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {entry}" for key, entry in value.items())
    if isinstance(value, tuple):
        return ", ".join(f"{100 * entry:.2f}" for entry in value)
    return f"{value:.1f}" if isinstance(value, float) else str(value)
