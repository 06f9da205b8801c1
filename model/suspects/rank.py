"""Score how strongly a model doubts the labels of a record that it was not trained on.

The idea is confident learning (Northcutt, Jiang and Chuang, JAIR 2021): judge a label by the probabilities of
a model that was trained without it. An entity is not one class of one item, so this module compares
alternative readings of the same words, each with its probability under the model's chain of tags
(`tagging/span_probability.py`). If the other reading has probability q and gold's has p, the score is

    (q - p) / (q + p + 2e), with e = 0.001

which ranks like the odds (q + e) / (p + e). The normalised margin q - p is small where further readings
have a share too, so that a wrong type of a name whose boundaries are unsure would come last.

Let P(b) be the sum over the types of the probability of an entity with boundaries b, and P(none at b) the
probability that no entity touches its words. The score of a gold entity with boundaries b and type t is the
largest of

    type       q = p(b, other type), p = p(b, t)
    boundary   q = P(b'), p = P(b)    b' overlaps b: predicted, or b with one edge moved by one word
    spurious   q = P(none at b), p = P(b)

and the score of a predicted entity b' that overlaps no gold entity is

    missing    q = P(b'), p = P(none at b')

All scores are between -1 and 1; above 0, the model considers the other reading more likely than gold. The
sums run over the types because a doubt about the type is not a doubt about the entity. Nothing is trained
here; `find.py` trains the models.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from ...schema import TYPES, Span
from ..tagging.span_probability import NoEntity

Kind = Literal["type", "boundary", "spurious", "missing"]
KINDS: Final[tuple[Kind, ...]] = ("type", "boundary", "spurious", "missing")
Boundaries = tuple[int, int]
SMOOTHING: Final = 0.001
"""Probabilities below this count for little: a reading of 1e-4 is not surer than one of 1e-6."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """One doubt; spans are in tokens.

    Attributes:
        kind: what is doubted.
        gold: the gold entity, None if it is missing.
        suggested: the entity that the model suggests, None if the gold entity is spurious.
        gold_probability: probability of gold's reading.
        suggested_probability: probability of the suggested reading.
    """

    kind: Kind
    gold: Span | None
    suggested: Span | None
    gold_probability: float
    suggested_probability: float

    @property
    def score(self) -> float:
        """How much more likely the suggested reading is, as a share of both, -1 to 1."""
        both = self.suggested_probability + self.gold_probability
        return (self.suggested_probability - self.gold_probability) / (both + 2 * SMOOTHING)


def readings(gold: Sequence[Span], predicted: Sequence[Span], words: int) -> list[Span | NoEntity]:
    """Return all readings whose probabilities `doubts` needs.

    Args:
        gold: gold entities of a record.
        predicted: predicted entities of the record.
        words: number of words of the record.
    """
    edges = {(span.start, span.end) for span in (*gold, *predicted)}
    for span in gold:
        edges |= _with_moved_edge(span, words)
    typed = [Span(*edge, kind) for edge in sorted(edges) for kind in TYPES]
    return [*typed, *(NoEntity(*edge) for edge in sorted(edges))]


def doubts(
    gold: Sequence[Span],
    predicted: Sequence[Span],
    probability: Mapping[Span | NoEntity, float],
    words: int,
) -> list[Doubt]:
    """Return the strongest doubt about each gold entity, and one for each predicted entity far from gold.

    Gold entities beyond the model's length limit are left out.

    Args:
        gold: gold entities of a record.
        predicted: predicted entities of the record.
        probability: probability of each of the `readings`.
        words: number of words of the record.
    """
    found = [
        _strongest(span, predicted, probability, words)
        for span in gold
        if _is_within_limit(span, probability)
    ]
    for span in predicted:
        if not any(_overlap(span, other) for other in gold):
            edge = (span.start, span.end)
            nothing, entity = probability[NoEntity(*edge)], _any_type(edge, probability)
            found.append(Doubt("missing", None, _likeliest(edge, probability), nothing, entity))
    return found


def _strongest(
    span: Span,
    predicted: Iterable[Span],
    probability: Mapping[Span | NoEntity, float],
    words: int,
) -> Doubt:
    """Return the strongest doubt about a gold entity."""
    edge = (span.start, span.end)
    retyped = max(
        (Span(*edge, kind) for kind in TYPES if kind != span.type), key=probability.__getitem__
    )
    moved = _with_moved_edge(span, words)
    moved |= {(other.start, other.end) for other in predicted if _overlap(other, span)}
    given = _any_type(edge, probability)
    candidates = [
        Doubt("type", span, retyped, probability[span], probability[retyped]),
        Doubt("spurious", span, None, given, probability[NoEntity(*edge)]),
    ]
    for other in sorted(moved - {edge}):
        suggested = _likeliest(other, probability)
        candidates.append(Doubt("boundary", span, suggested, given, _any_type(other, probability)))
    return max(candidates, key=lambda doubt: doubt.score)


def _is_within_limit(span: Span, probability: Mapping[Span | NoEntity, float]) -> bool:
    """Return whether the model read all words of a span; otherwise every reading has probability 0."""
    edge = (span.start, span.end)
    return probability[NoEntity(*edge)] + _any_type(edge, probability) > 0


def _with_moved_edge(span: Span, words: int) -> set[Boundaries]:
    """Return the boundaries with one edge moved by one word, within the text."""
    start, end = span.start, span.end
    edges = {(start - 1, end), (start + 1, end), (start, end - 1), (start, end + 1)}
    return {(left, right) for left, right in edges if 0 <= left < right <= words}


def _any_type(edge: Boundaries, probability: Mapping[Span | NoEntity, float]) -> float:
    return sum(probability[Span(*edge, kind)] for kind in TYPES)


def _likeliest(edge: Boundaries, probability: Mapping[Span | NoEntity, float]) -> Span:
    return max((Span(*edge, kind) for kind in TYPES), key=probability.__getitem__)


def _overlap(left: Span, right: Span) -> bool:
    return left.start < right.end and right.start < left.end
