"""Exact match of entities: counts, precision, recall and F1. All scores in mnerctl use it.

An entity is correct if start, end and type are all equal (CoNLL-2003; seqeval's strict mode). Spans may be
in tokens or in code points, the same on both sides.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .labels import TYPES, EntityType
from .span import Span


@dataclass(frozen=True, slots=True)
class Counts:
    """Numbers of entities and the ratios that follow from them; ratios are 0 to 1, and 0 if undefined.

    Attributes:
        gold: entities in gold.
        predicted: entities in the prediction.
        correct: entities in both.
    """

    gold: int
    predicted: int
    correct: int

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.gold + other.gold, self.predicted + other.predicted, self.correct + other.correct
        )

    @property
    def precision(self) -> float:
        return self.correct / self.predicted if self.predicted else 0.0

    @property
    def recall(self) -> float:
        return self.correct / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        total = self.gold + self.predicted
        return 2 * self.correct / total if total else 0.0


@dataclass(frozen=True, slots=True)
class Score:
    """Counts over all entities (`micro`) and for each type (`by_type`)."""

    micro: Counts
    by_type: dict[EntityType, Counts]


def count_matches(gold: Iterable[Span], predicted: Iterable[Span]) -> Counts:
    """Return the counts for one text."""
    gold_set, predicted_set = set(gold), set(predicted)
    return Counts(len(gold_set), len(predicted_set), len(gold_set & predicted_set))


def score_spans(gold: Sequence[Iterable[Span]], predicted: Sequence[Iterable[Span]]) -> Score:
    """Return micro-averaged counts over texts; `gold[i]` and `predicted[i]` belong to the same text.

    Raises:
        ValueError: the two differ in length.
    """
    in_gold: Counter[str] = Counter()
    in_predicted: Counter[str] = Counter()
    in_both: Counter[str] = Counter()
    for gold_spans, predicted_spans in zip(gold, predicted, strict=True):
        gold_set, predicted_set = set(gold_spans), set(predicted_spans)
        in_gold.update(span.type for span in gold_set)
        in_predicted.update(span.type for span in predicted_set)
        in_both.update(span.type for span in gold_set & predicted_set)
    by_type = {t: Counts(in_gold[t], in_predicted[t], in_both[t]) for t in TYPES}
    return Score(sum(by_type.values(), start=Counts(0, 0, 0)), by_type)
