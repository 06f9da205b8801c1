"""Label suspects as data: the lines of `suspects.jsonl`, and a summary.

`label push --suspects` reads from each line the id of the record and the reason to show to annotators.
`page.py` writes the folder.
"""

from __future__ import annotations

from collections import Counter
from typing import Any, Self

from pydantic import BaseModel, ConfigDict

from ...schema import EntityType, Record, Release, Span, Split
from .find import THRESHOLD, Suspect, Suspects
from .rank import KINDS, Kind


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Entity(_Model):
    """An entity in tokens, and in code points of the raw text if the record has offsets."""

    start: int
    end: int
    type: EntityType
    text: str
    start_char: int | None = None
    end_char: int | None = None

    @classmethod
    def of(cls, record: Record, span: Span) -> Self:
        """Return a span of a record as an entity."""
        chars = record.offsets[span.start : span.end] if record.offsets else ()
        return cls(
            start=span.start,
            end=span.end,
            type=span.type,
            text=" ".join(record.text[span.start : span.end]),
            start_char=chars[0][0] if chars else None,
            end_char=chars[-1][1] if chars else None,
        )


class Line(_Model):
    """One suspect.

    Attributes:
        id: id of the record.
        split: its split.
        kind: what is doubted.
        score: how much more likely the suggested reading is.
        gold: the entity of the release, None if it is missing.
        suggested: the entity that the system suggests, None if it finds none there.
        gold_probability: probability of gold's reading, 0 to 1.
        suggested_probability: probability of the suggested reading, 0 to 1.
        reason: one sentence for people.
    """

    id: str
    split: Split
    kind: Kind
    score: float
    gold: Entity | None
    suggested: Entity | None
    gold_probability: float
    suggested_probability: float
    reason: str


class Summary(_Model):
    """The whole search in figures.

    Attributes:
        release: name of the release.
        version: its version, "" if it has none.
        system: name of the system.
        preset: name of its preset.
        config: settings that the user gave, by key; empty in files of earlier versions.
        folds: number of folds.
        seed: seed of folds, weights and order.
        records: number of records judged.
        entities: number of gold entities judged.
        judge_f1: F1 of each fold's judge against gold, 0 to 1.
        suspects: number of suspects with a score of at least `bound`, by kind.
        bound: smallest score that counts.
        doubted: those suspects that are gold entities.
        rate: share of all gold entities that are doubted.
        written: number of suspects in the files, with any score above 0.
        seconds: time of training and judging.
    """

    release: str
    version: str
    system: str
    preset: str
    folds: int
    seed: int
    records: int
    entities: int
    judge_f1: tuple[float, ...]
    suspects: dict[Kind, int]
    bound: float
    doubted: int
    rate: float
    written: int
    seconds: float
    config: dict[str, Any] = {}


def summary_of(suspects: Suspects, release: Release, *, written: int) -> Summary:
    """Return the summary of a search."""
    kinds = Counter(one.doubt.kind for one in suspects.ranked if one.doubt.score >= THRESHOLD)
    return Summary(
        release=release.name,
        version=release.manifest.version if release.manifest else "",
        system=suspects.system,
        preset=suspects.preset,
        folds=len(suspects.judge_f1),
        seed=suspects.seed,
        records=suspects.records,
        entities=suspects.entities,
        judge_f1=suspects.judge_f1,
        suspects={kind: kinds[kind] for kind in KINDS},
        bound=THRESHOLD,
        doubted=suspects.doubted,
        rate=suspects.rate,
        written=written,
        seconds=suspects.seconds,
        config=dict(suspects.config),
    )


def suspect_line(suspect: Suspect) -> Line:
    """Return a suspect as a line of the file."""
    record, doubt = suspect.record, suspect.doubt
    gold, suggested = (
        Entity.of(record, span) if span else None for span in (doubt.gold, doubt.suggested)
    )
    return Line(
        id=record.id,
        split=suspect.split,
        kind=doubt.kind,
        score=round(doubt.score, 6),
        gold=gold,
        suggested=suggested,
        gold_probability=round(doubt.gold_probability, 6),
        suggested_probability=round(doubt.suggested_probability, 6),
        reason=_reason(doubt.kind, gold, suggested),
    )


def _reason(kind: Kind, gold: Entity | None, suggested: Entity | None) -> str:
    """Return in words what gold has and what the system suggests instead."""
    has = f"gold has “{gold.text}” as {gold.type}" if gold else "gold has no entity here"
    other = "no entity here"
    if suggested:
        other = suggested.type if kind == "type" else f"“{suggested.text}” as {suggested.type}"
    return f"{has}; a model that was not trained on this text suggests {other}"
