"""In which way wrong entities are wrong: type, boundaries, both, spurious or missed.

Each gold entity is paired with at most one predicted entity of its text and the other way round, so that
the kinds sum up: gold = right + type + boundary + both + missed, and predicted = right + type + boundary +
both + spurious. Equal entities are paired first, then those with equal boundaries, then overlapping ones of
the same type, then any that overlap. Among several candidates, the pair with most words in common wins, and
of equal ones the first.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Final, Literal, NamedTuple, get_args

from ...schema import TYPES, Record, Span
from .score import Predicted

Kind = Literal["right", "type", "boundary", "both", "missed", "spurious"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
NONE: Final = "none"


class Pair(NamedTuple):
    """A gold and a predicted entity that are meant to be the same, or one of them alone.

    Attributes:
        kind: how the predicted entity differs.
        gold: None if spurious.
        predicted: None if missed.
    """

    kind: Kind
    gold: Span | None
    predicted: Span | None


def entity_pairs(gold: Iterable[Span], predicted: Iterable[Span]) -> list[Pair]:
    """Return all entities of one text, each once, in the order of the text."""
    left, right = sorted(set(gold)), sorted(set(predicted))
    rules: tuple[tuple[Kind, Callable[[Span, Span], bool]], ...] = (
        ("right", lambda a, b: a == b),
        ("type", lambda a, b: (a.start, a.end) == (b.start, b.end)),
        ("boundary", lambda a, b: a.type == b.type and _shared_words(a, b) > 0),
        ("both", lambda a, b: _shared_words(a, b) > 0),
    )
    pairs = []
    for kind, fits in rules:
        candidates = [(a, b) for a in left for b in right if fits(a, b)]
        for a, b in sorted(candidates, key=lambda pair: -_shared_words(*pair)):
            if a in left and b in right:
                left.remove(a)
                right.remove(b)
                pairs.append(Pair(kind, a, b))
    pairs += [Pair("missed", span, None) for span in left]
    pairs += [Pair("spurious", None, span) for span in right]
    return sorted(pairs, key=lambda pair: (pair.gold or pair.predicted, pair.kind))


def _shared_words(left: Span, right: Span) -> int:
    """Return the number of words in common; 0 or less without overlap."""
    return min(left.end, right.end) - max(left.start, right.start)


def kind_counts(records: Sequence[Record], by_seed: Sequence[Predicted]) -> dict[Kind, float]:
    """Return the number of entities of each kind, as a mean over the seeds."""
    counts = Counter(
        pair.kind
        for predicted in by_seed
        for record, spans in zip(records, predicted, strict=True)
        for pair in entity_pairs(record.spans, spans)
    )
    return {kind: counts[kind] / len(by_seed) for kind in KINDS}


def confusion(
    records: Sequence[Record], by_seed: Sequence[Predicted]
) -> dict[str, dict[str, float]]:
    """Count entities with equal boundaries by gold type, then predicted type, as a mean over the seeds.

    A row sums to the gold entities of its type, and a column to the predicted entities of its type. `none`
    holds the entities for which the other side has no entity with the same boundaries.
    """
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for predicted in by_seed:
        for record, spans in zip(records, predicted, strict=True):
            gold = {(span.start, span.end): span.type for span in record.spans}
            found = {(span.start, span.end): span.type for span in spans}
            for edge in gold.keys() | found.keys():
                counts[gold.get(edge, NONE)][found.get(edge, NONE)] += 1
    return {
        row: {
            column: counts[row][column] / len(by_seed)
            for column in (*TYPES, NONE)
            if (row, column) != (NONE, NONE)
        }
        for row in (*TYPES, NONE)
    }
