"""What asking a language model found: as data (`report.json`), as text and as predictions; never the key."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from ...schema import DataError, Release, Split
from ...schema.atomic_folder import whole_folder
from ..measures.score import Prf, prf_by_type
from ..tagging.predictions_file import prediction_line, write_lines
from ..tagging.scored_span import ScoredSpan
from ..training.input_hashes import records_hash
from .asked import Asked, AskedRecord, Tally
from .plan import dollars_of
from .prompt import PROMPT
from .settings import ChatSettings

Rows = list[tuple[str, ...]]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class AskRun(_Model):
    """How the answers came about. model: as it was asked for; served: as the endpoint names what answered.
    address: None where every answer was in the cache. allow_external: that posts were allowed to leave the
    house. structured: answers given as structured output. requests: that this run made; tokens and dollars
    are those of all answers, whenever they were paid for.
    """

    release: str
    version: str
    records_sha256: str
    records: dict[Split, int]
    system: str
    model: str
    served: tuple[str, ...]
    address: str | None
    allow_external: bool
    prompt: str
    shots: int
    seed: int
    images: Literal["none", "first", "all"]
    images_named: int
    images_masked: int
    structured: int
    requests: int
    tokens_in: int
    tokens_out: int
    dollars: float | None
    at: str
    mnerctl: str


class AskReport(_Model):
    """The whole result. scores: invented entities are among the predicted ones."""

    run: AskRun
    scores: dict[Split, dict[str, Prf]]
    answers: dict[Split, Tally]


def report_of(release: Release, settings: ChatSettings, asked: Asked) -> AskReport:
    """Puts together what is to be known of a run."""
    replies = asked.replies()
    tokens = sum(reply.tokens_in for reply in replies), sum(reply.tokens_out for reply in replies)
    run = AskRun(
        release=release.name,
        version=release.manifest.version if release.manifest else "",
        records_sha256=records_hash(release),
        records={split: len(records) for split, records in release.splits.items()},
        system=settings.system,
        model=settings.model,
        served=tuple(sorted({reply.model for reply in replies if reply.model})),
        address=settings.address if asked.requests else None,
        allow_external=settings.allow_external,
        prompt=PROMPT,
        shots=settings.shots,
        seed=settings.seed,
        images=settings.images,
        images_named=asked.pictures_named,
        images_masked=len(asked.problems),
        structured=sum(reply.is_structured for reply in replies),
        requests=asked.requests,
        tokens_in=tokens[0],
        tokens_out=tokens[1],
        dollars=dollars_of(settings, *tokens),
        at=datetime.now(UTC).isoformat(timespec="seconds"),
        mnerctl=version("mnerctl"),
    )
    return AskReport(
        run=run,
        scores={split: prf_by_type(asked.score(split)) for split in asked.rows},
        answers={split: asked.tally(split) for split in asked.rows},
    )


def refuse_existing(out: Path) -> None:
    """Raises DataError where a report would replace something: before the first request, not after."""
    if out.exists():
        raise DataError(
            f"{out}: exists already; a report is never overwritten", "give another --out"
        )


def write_report(out: Path, report: AskReport, asked: Asked) -> None:
    """The folder appears whole or not at all."""
    with whole_folder(out) as partial:
        content = report.model_dump_json(indent=1) + "\n"
        (partial / "report.json").write_text(content, encoding="utf-8")
        (partial / "report.md").write_text(as_markdown(report), encoding="utf-8")
        for split, rows in asked.rows.items():
            write_lines(partial / f"predictions.{split}.jsonl", map(_line, rows))


def _line(row: AskedRecord) -> dict[str, Any]:
    """As trained systems write it, and what was answered; entities without a place have no offsets."""
    found = [ScoredSpan(span, 1.0) for span in row.aligned.spans]
    unplaced = [
        {"text": one.named.text, "type": one.named.type, "why": one.why}
        for one in row.aligned.unplaced
    ]
    line = prediction_line(row.record, found, unit="tokens") | {"answer": row.reading.verdict}
    return line | ({"unplaced": unplaced} if unplaced else {})


def score_rows(scores: dict[str, Prf]) -> Rows:
    """Rows for people: name, precision, recall, F1 in percent, gold and predicted entities."""
    return [
        (
            name,
            *(f"{100 * one:.2f}" for one in (s.precision, s.recall, s.f1)),
            str(s.gold),
            str(s.predicted),
        )
        for name, s in scores.items()
    ]


SCORE_COLUMNS = ("", "P", "R", "F1", "gold", "predicted")


def answer_rows(tally: Tally) -> Rows:
    """Rows for people: what became of posts, and of entities in answers."""
    return [(name.replace("_", " "), str(count)) for name, count in tally.model_dump().items()]


def as_markdown(report: AskReport) -> str:
    """The report as a page."""
    run = report.run
    lines = [
        f"# {run.release} {run.version}".rstrip() + f": {run.system}, {run.model}",
        "",
        f"Strict micro scores in percent; {run.shots} examples of train in each request.",
    ]
    for split, scores in report.scores.items():
        lines += ["", f"## {split}", "", *_table(SCORE_COLUMNS, score_rows(scores))]
        lines += ["", *_table(("answers", ""), answer_rows(report.answers[split]))]
    lines += ["", "## Run", ""]
    lines += _table(
        ("", ""), [(k.replace("_", " "), _cell(v)) for k, v in run.model_dump().items()]
    )
    return "\n".join(lines) + "\n"


def _table(head: tuple[str, ...], rows: Rows) -> list[str]:
    cells = [tuple(" ".join(cell.replace("|", "\\|").split()) for cell in row) for row in rows]
    return [
        f"| {' | '.join(head)} |",
        f"|---|{'--:|' * (len(head) - 1)}",
        *(f"| {' | '.join(row)} |" for row in cells),
    ]


def _cell(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {entry}" for key, entry in value.items())
    if isinstance(value, tuple):
        return ", ".join(value)
    return "" if value is None else str(value)
