"""Strict scores of predicted entities, over seeds and by group; the groups sum to the whole.

An entity is right if start, end and type are right (`schema/span_match.py`), which is seqeval's strict mode.
Gold is that of the whole record, so entities that a length limit cuts off count as missed. `mistakes.py`
classifies wrong entities, and `bootstrap.py` tests whether a difference may be due to chance.
"""

from __future__ import annotations

import re
import statistics
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Final, Self

from pydantic import BaseModel, ConfigDict

from ...schema import TYPES, Counts, Record, Score, Span, as_bio, spans_from_tags

Predicted = Sequence[Sequence[Span]]
"""The predicted entities of each record, in tokens."""
Group = Callable[[Record, Span], str]
"""Returns the group of an entity; gold and predicted entities are grouped by the same function."""

POST_LENGTHS: Final = (10, 20, 30)
LONG_ENTITY: Final = 4


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Measure(_Model):
    """A mean over seeds.

    Attributes:
        mean: the mean.
        deviation: standard deviation of a sample (n - 1); None for a single seed.
    """

    mean: float
    deviation: float | None

    @classmethod
    def of(cls, values: Iterable[float]) -> Self:
        given = list(values)
        return cls(
            mean=statistics.fmean(given),
            deviation=statistics.stdev(given) if len(given) > 1 else None,
        )


class Prf(_Model):
    """Strict precision, recall and F1, 0 to 1, with the counts they are computed from."""

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


class Scores(_Model):
    """Strict scores, 0 to 1, as means over seeds.

    Attributes:
        precision: mean precision.
        recall: mean recall.
        f1: mean F1.
        deviation: standard deviation of F1; None for a single seed.
        gold: number of gold entities.
        seeds: scores of each seed, in the order of the seeds.
    """

    precision: float
    recall: float
    f1: float
    deviation: float | None
    gold: int
    seeds: tuple[Prf, ...]

    @classmethod
    def of(cls, by_seed: Sequence[Counts]) -> Self:
        f1 = Measure.of(counts.f1 for counts in by_seed)
        return cls(
            precision=statistics.fmean(counts.precision for counts in by_seed),
            recall=statistics.fmean(counts.recall for counts in by_seed),
            f1=f1.mean,
            deviation=f1.deviation,
            gold=by_seed[0].gold,
            seeds=tuple(map(Prf.of, by_seed)),
        )


def percent(value: float) -> str:
    """Format a value from 0 to 1 as percent with two decimals, without the sign."""
    return f"{100 * value:.2f}"


def prf_by_type(score: Score) -> dict[str, Prf]:
    """Return the scores of one seed under `micro` and under each type."""
    return {"micro": Prf.of(score.micro), **{t: Prf.of(score.by_type[t]) for t in TYPES}}


def scores(records: Sequence[Record], by_seed: Sequence[Predicted]) -> dict[str, Scores]:
    """Return scores under `micro` and under each type.

    Args:
        records: records with gold entities.
        by_seed: for each seed, the predicted entities of the records.
    """
    whole = grouped(records, by_seed, lambda record, span: "micro", ("micro",))
    return whole | grouped(records, by_seed, lambda record, span: span.type, TYPES)


def grouped(
    records: Sequence[Record],
    by_seed: Sequence[Predicted],
    group: Group,
    always: Sequence[str] = (),
) -> dict[str, Scores]:
    """Return the scores of each group of entities.

    Args:
        records: records with gold entities.
        by_seed: for each seed, the predicted entities of the records.
        group: the group of an entity.
        always: groups to list first and even if empty.
    """
    counts = [_counted(records, predicted, group) for predicted in by_seed]
    names = {name for gold, found, _ in counts for name in (*gold, *found)} - set(always)
    return {
        name: Scores.of([Counts(g[name], f[name], both[name]) for g, f, both in counts])
        for name in (*always, *sorted(names, key=_first_number))
    }


def _counted(
    records: Sequence[Record], predicted: Predicted, group: Group
) -> tuple[Counter[str], Counter[str], Counter[str]]:
    """Count gold, predicted and correct entities by group."""
    gold, found, both = Counter[str](), Counter[str](), Counter[str]()
    for record, spans in zip(records, predicted, strict=True):
        wanted, given = set(record.spans), set(spans)
        gold.update(group(record, span) for span in wanted)
        found.update(group(record, span) for span in given)
        both.update(group(record, span) for span in wanted & given)
    return gold, found, both


def _first_number(name: str) -> tuple[int, str]:
    number = re.search(r"\d+", name)
    return int(number[0]) if number else 0, name


def surface(record: Record, span: Span) -> tuple[str, ...]:
    """Return the words of an entity in lower case."""
    return tuple(word.casefold() for word in record.text[span.start : span.end])


def breakdown(
    train: Iterable[Record], records: Sequence[Record], by_seed: Sequence[Predicted]
) -> dict[str, dict[str, Scores]]:
    """Return scores by properties that may make an entity hard.

    Args:
        train: records in which a surface form may have been seen, with any type.
        records: records to score.
        by_seed: for each seed, the predicted entities of `records`.
    """
    known = {surface(record, span) for record in train for span in record.spans}

    def seen(record: Record, span: Span) -> str:
        return "seen in train" if surface(record, span) in known else "unseen"

    return {
        "number of images": grouped(records, by_seed, lambda record, span: str(len(record.images))),
        "seen in train": grouped(records, by_seed, seen, ("seen in train", "unseen")),
        "words of the entity": grouped(records, by_seed, _entity_words),
        "words of the post": grouped(records, by_seed, _post_words),
    }


def _entity_words(record: Record, span: Span) -> str:
    words = span.end - span.start
    return str(words) if words < LONG_ENTITY else f"{LONG_ENTITY} or more"


def _post_words(record: Record, span: Span) -> str:
    words, first = len(record.text), 1
    for last in POST_LENGTHS:
        if words <= last:
            return f"{first} to {last}"
        first = last + 1
    return f"{first} or more"


def seqeval_default(records: Sequence[Record], tags: Sequence[Sequence[Sequence[str]]]) -> Measure:
    """Return micro F1 as seqeval computes it by default, which many papers report.

    In this mode an `I-` that continues nothing begins an entity. Where all predicted tags are valid BIO, the
    result is the strict F1.

    Args:
        records: records with gold entities.
        tags: for each seed, the tags predicted for the words of each record, unchanged.
    """
    counts = []
    for of_seed in tags:
        predicted = [spans_from_tags(as_bio(row)[0]) for row in of_seed]
        counts.append(_counted(records, predicted, lambda record, span: ""))
    return Measure.of(Counts(g[""], p[""], both[""]).f1 for g, p, both in counts)
