"""What a search for label suspects found, as data: the lines of `suspects.jsonl` and their summary.

`label push --suspects` reads the lines: of each the id of the record, and the reason to show. The folder
that they lie in is written by `page.py`.
"""

from __future__ import annotations

from collections import Counter
from typing import Self

from pydantic import BaseModel, ConfigDict

from ...schema import EntityType, Record, Release, Span, Split
from .find import BOUND, Suspect, Suspects
from .rank import KINDS, Kind


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Entity(_Model):
    """An entity in tokens, and in code points of the raw text where the record has them."""

    start: int
    end: int
    type: EntityType
    text: str
    start_char: int | None = None
    end_char: int | None = None

    @classmethod
    def of(cls, record: Record, span: Span) -> Self:
        """The span as it stands in the record."""
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
    """One suspect. gold: as the release has it, None where it is missing. suggested: as the system reads
    it, None where it finds nothing there. The probabilities, 0 to 1, are those of the two readings;
    score: how much likelier the suggested one is."""

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
    """The whole search. judge_f1: of each fold's judge against its gold, 0 to 1. suspects: how many
    score at least `bound`, by kind. doubted, rate: those of them that are entities of gold, and their share
    of all entities. written: how many suspects, of whatever score above 0, are in the files. seconds: of
    training and judging."""

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


def summary_of(suspects: Suspects, release: Release, *, written: int) -> Summary:
    """What the search found, in figures."""
    kinds = Counter(one.doubt.kind for one in suspects.ranked if one.doubt.score >= BOUND)
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
        bound=BOUND,
        doubted=suspects.doubted,
        rate=suspects.rate,
        written=written,
        seconds=suspects.seconds,
    )


def line_of(suspect: Suspect) -> Line:
    """The suspect as a line of the file."""
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
        gold_probability=round(doubt.given, 6),
        suggested_probability=round(doubt.other, 6),
        reason=_reason(doubt.kind, gold, suggested),
    )


def _reason(kind: Kind, gold: Entity | None, suggested: Entity | None) -> str:
    """What gold has and what was read instead, in words."""
    has = f"gold has “{gold.text}” as {gold.type}" if gold else "gold has no entity there"
    what = "no entity there"
    if suggested:
        what = suggested.type if kind == "type" else f"“{suggested.text}” as {suggested.type}"
    return f"{has}; a judge that never saw this text reads {what}"
