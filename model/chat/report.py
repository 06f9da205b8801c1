"""The report of `mnerctl ask`: as data (`report.json`), as text and as predictions; never the key."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from ...schema import Release, Split
from ...schema.files.atomic_write import add_file, whole_folder
from ...schema.release.unchanged import removed_since
from ...schema.removed_posts import RemovedPosts
from ..measures.score import Prf, percent, prf_by_type
from ..tagging.predictions_file import prediction_line, write_lines
from ..tagging.scored_span import ScoredSpan
from ..training.input_hashes import records_hash
from .plan import dollars_of
from .prompt import PROMPT_VERSION
from .results import AnswerCounts, AskResults, RecordResult
from .settings import MAX_TOKENS, ChatSettings, Effort

Rows = list[tuple[str, ...]]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class AskRun(_Model):
    """How the answers were produced.

    Attributes:
        release: name of the release.
        version: its version, "" if it has none.
        records_sha256: hash of all records, their splits and order.
        records: number of records by split.
        system: name of the system.
        model: name of the model that was asked for.
        served: names of the models that answered, as given by the endpoint.
        address: address of the endpoint, None if every answer was in the cache.
        allow_external: whether posts were allowed to be sent to the endpoint.
        prompt: version of the prompt.
        shots: number of examples in each request.
        seed: seed for the choice of examples.
        images: which images of a post were sent.
        images_named: different images to send.
        images_masked: images of those that could not be used.
        structured: answers with structured output.
        requests: requests that this run made and got answered.
        tokens_in: tokens of all requests, whenever they were paid for.
        tokens_out: tokens of all answers and their reasoning, whenever they were paid for.
        dollars: price of these tokens, None without prices.
        at: end of the run, UTC.
        mnerctl: version of mnerctl.
        effort: how much the model was asked to think, None if that was left to it.
        changes: parameters that the endpoint did not take, and what was sent instead.
        max_tokens: most tokens that an answer could have, with its reasoning.
        asked_again: requests repeated with more room because reasoning took all of it.
        tokens_cached: part of `tokens_in` that the endpoint had in its cache.
        tokens_reasoning: part of `tokens_out` that was reasoning.
        price_in: dollars per million tokens of `tokens_in` that were not cached.
        price_cached: dollars per million tokens of `tokens_cached`, None as `price_in`.
        price_out: dollars per million tokens of `tokens_out`.
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
    # Reports that were written before do not have these:
    effort: Effort | None = None
    changes: tuple[str, ...] = ()
    max_tokens: int = MAX_TOKENS
    asked_again: int = 0
    tokens_cached: int = 0
    tokens_reasoning: int = 0
    price_in: float | None = None
    price_cached: float | None = None
    price_out: float | None = None


class AskReport(_Model):
    """The whole result.

    Attributes:
        run: how the answers were produced.
        scores: scores by split, then `micro` or type; invented entities count as predicted.
        answers: fates of posts and entities, by split.
    """

    run: AskRun
    scores: dict[Split, dict[str, Prf]]
    answers: dict[Split, AnswerCounts]


def report_of(release: Release, settings: ChatSettings, results: AskResults) -> AskReport:
    """Return the report of a run."""
    replies = results.replies()
    total = {
        name: sum(getattr(reply, name) for reply in replies)
        for name in ("tokens_in", "tokens_out", "tokens_cached")
    }
    run = AskRun(
        release=release.name,
        version=release.manifest.version if release.manifest else "",
        records_sha256=records_hash(release),
        records={split: len(records) for split, records in release.splits.items()},
        system=settings.system,
        model=settings.model,
        served=tuple(sorted({reply.model for reply in replies if reply.model})),
        address=settings.address if results.requests else None,
        allow_external=settings.allow_external,
        prompt=PROMPT_VERSION,
        shots=settings.shots,
        seed=settings.seed,
        images=settings.images,
        images_named=results.pictures_named,
        images_masked=len(results.problems),
        structured=sum(reply.is_structured for reply in replies),
        requests=results.requests,
        **total,
        dollars=dollars_of(settings, **total),
        at=datetime.now(UTC).isoformat(timespec="seconds"),
        mnerctl=version("mnerctl"),
        effort=settings.effort,
        changes=tuple(sorted({change for reply in replies for change in reply.changes})),
        max_tokens=max((reply.room for reply in replies), default=MAX_TOKENS),
        asked_again=sum(reply.asked - 1 for reply in replies),
        tokens_reasoning=sum(reply.tokens_reasoning for reply in replies),
        price_in=settings.price_in,
        price_cached=settings.price_cached,
        price_out=settings.price_out,
    )
    return AskReport(
        run=run,
        scores={split: prf_by_type(results.score(split)) for split in results.rows},
        answers={split: results.answer_counts(split) for split in results.rows},
    )


def write_report(
    out: Path, report: AskReport, results: AskResults, release: Release
) -> RemovedPosts:
    """Write the report folder, complete or not at all.

    Posts that were withdrawn since the release was read are left out, and returned.
    """
    with removed_since(release) as removed, whole_folder(out) as partial:
        content = report.model_dump_json(indent=1) + "\n"
        add_file(partial / "report.json", content)
        add_file(partial / "report.md", as_markdown(report))
        for split, rows in results.rows.items():
            lines = (_line(row) for row in rows if not removed.has(row.record))
            write_lines(partial / f"predictions.{split}.jsonl", lines)
    return removed


def _line(row: RecordResult) -> dict[str, Any]:
    """Return a line as for trained systems, with the verdict and the entities without a place."""
    found = [ScoredSpan(span, 1.0) for span in row.aligned.spans]
    unplaced = [
        {"text": one.named.text, "type": one.named.type, "why": one.why}
        for one in row.aligned.unplaced
    ]
    line = prediction_line(row.record, found, unit="tokens") | {"answer": row.parsed.verdict}
    return line | ({"unplaced": unplaced} if unplaced else {})


def score_rows(scores: dict[str, Prf]) -> Rows:
    """Return rows of name, precision, recall, F1 in percent, and number of gold and predicted entities."""
    return [
        (
            name,
            *map(percent, (s.precision, s.recall, s.f1)),
            str(s.gold),
            str(s.predicted),
        )
        for name, s in scores.items()
    ]


SCORE_COLUMNS = ("", "P", "R", "F1", "gold", "predicted")


def answer_rows(counts: AnswerCounts) -> Rows:
    """Return rows of the fates of posts and of entities, with their counts."""
    return [(name.replace("_", " "), str(count)) for name, count in counts.model_dump().items()]


def as_markdown(report: AskReport) -> str:
    """Return the report as a Markdown page."""
    run = report.run
    lines = [
        f"# {run.release} {run.version}".rstrip() + f": {run.system}, {run.model}",
        "",
        f"Strict micro scores in percent; {run.shots} examples from train in each request.",
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
