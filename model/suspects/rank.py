"""Which entities of a record a system that never saw it doubts, and how much: pure figures, no training.

The idea is confident learning (Northcutt, Jiang and Chuang, JAIR 2021): judge a label by what a model
says that was trained without it, and rank by the normalised margin, the probability of what stands there
less that of the best other. An entity is no class of one item, so we compare readings of the same
words, each with its probability under the system's chain of tags (`tagging/span_probability.py`). With P(b) the sum
over the types of the probability of an entity with boundaries b, and P(none at b) that no entity touches
its words, the score of a gold entity with boundaries b and type t is the largest of

    type       p(b, other type) - p(b, t)
    boundary   P(b') - P(b)           b' overlaps b: predicted, or b with an edge moved by one word
    spurious   P(none at b) - P(b)

and of a predicted entity b' that overlaps no gold entity

    missing    P(b') - P(none at b')

All lie between -1 and 1, and above 0 the system holds another reading for likelier than gold's. Summed
over the types, because a doubt about the type is no doubt about the entity.
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


@dataclass(frozen=True, slots=True)
class Doubt:
    """One doubt, spans in tokens. gold is None where it is missing, suggested where it is spurious.

    score: as above. given, other: the probabilities of gold's reading and of the suggested one.
    """

    kind: Kind
    gold: Span | None
    suggested: Span | None
    given: float
    other: float

    @property
    def score(self) -> float:
        """How much likelier the suggested reading is, -1 to 1."""
        return self.other - self.given


def readings(gold: Sequence[Span], predicted: Sequence[Span], words: int) -> list[Span | NoEntity]:
    """All readings whose probabilities `doubts` asks for."""
    edges = {(span.start, span.end) for span in (*gold, *predicted)}
    for span in gold:
        edges |= _moved(span, words)
    typed = [Span(*edge, kind) for edge in sorted(edges) for kind in TYPES]
    return [*typed, *(NoEntity(*edge) for edge in sorted(edges))]


def doubts(
    gold: Sequence[Span],
    predicted: Sequence[Span],
    probability: Mapping[Span | NoEntity, float],
    words: int,
) -> list[Doubt]:
    """One for each gold entity that was read, the strongest, and one for each predicted far from gold."""
    found = [
        _of_gold(span, predicted, probability, words)
        for span in gold
        if _was_read(span, probability)
    ]
    for span in predicted:
        if not any(_overlap(span, other) for other in gold):
            edge = (span.start, span.end)
            given, other = probability[NoEntity(*edge)], _any_type(edge, probability)
            found.append(Doubt("missing", None, _likeliest(edge, probability), given, other))
    return found


def _of_gold(
    span: Span,
    predicted: Iterable[Span],
    probability: Mapping[Span | NoEntity, float],
    words: int,
) -> Doubt:
    edge = (span.start, span.end)
    retyped = max(
        (Span(*edge, kind) for kind in TYPES if kind != span.type), key=probability.__getitem__
    )
    moved = _moved(span, words) | {(p.start, p.end) for p in predicted if _overlap(p, span)}
    given = _any_type(edge, probability)
    kinds = [
        Doubt("type", span, retyped, probability[span], probability[retyped]),
        Doubt("spurious", span, None, given, probability[NoEntity(*edge)]),
    ]
    for other in sorted(moved - {edge}):
        suggested = _likeliest(other, probability)
        kinds.append(Doubt("boundary", span, suggested, given, _any_type(other, probability)))
    return max(kinds, key=lambda doubt: doubt.score)


def _was_read(span: Span, probability: Mapping[Span | NoEntity, float]) -> bool:
    """Whether a length limit left all its words: of others every reading has probability 0."""
    edge = (span.start, span.end)
    return probability[NoEntity(*edge)] + _any_type(edge, probability) > 0


def _moved(span: Span, words: int) -> set[Boundaries]:
    """The boundaries with one edge moved by one word, within the text."""
    start, end = span.start, span.end
    edges = {(start - 1, end), (start + 1, end), (start, end - 1), (start, end + 1)}
    return {(left, right) for left, right in edges if 0 <= left < right <= words}


def _any_type(edge: Boundaries, probability: Mapping[Span | NoEntity, float]) -> float:
    return sum(probability[Span(*edge, kind)] for kind in TYPES)


def _likeliest(edge: Boundaries, probability: Mapping[Span | NoEntity, float]) -> Span:
    return max((Span(*edge, kind) for kind in TYPES), key=probability.__getitem__)


def _overlap(left: Span, right: Span) -> bool:
    return left.start < right.end and right.start < left.end
