"""How wrong entities are wrong: of another type, of other boundaries, of both, spurious or missed.

Each gold entity meets at most one predicted entity of its text, and the other way round, so that the
kinds sum up: gold is right + type + boundary + both + missed, predicted is right + type + boundary +
both + spurious. Those that are equal meet first, then those with the same boundaries, then those of a
type that overlap, then any that overlap; where there is a choice, those with most words in common, and of
these the first.
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
    """A gold and a predicted entity that mean the same thing, or one of them alone."""

    kind: Kind
    gold: Span | None
    predicted: Span | None


def paired(gold: Iterable[Span], predicted: Iterable[Span]) -> list[Pair]:
    """All entities of one text, each once, in the order of the text."""
    left, right = sorted(set(gold)), sorted(set(predicted))
    rules: tuple[tuple[Kind, Callable[[Span, Span], bool]], ...] = (
        ("right", lambda a, b: a == b),
        ("type", lambda a, b: (a.start, a.end) == (b.start, b.end)),
        ("boundary", lambda a, b: a.type == b.type and _shared(a, b) > 0),
        ("both", lambda a, b: _shared(a, b) > 0),
    )
    found = []
    for kind, fits in rules:
        close = [(a, b) for a in left for b in right if fits(a, b)]
        for a, b in sorted(close, key=lambda pair: -_shared(*pair)):
            if a in left and b in right:
                left.remove(a)
                right.remove(b)
                found.append(Pair(kind, a, b))
    found += [Pair("missed", span, None) for span in left]
    found += [Pair("spurious", None, span) for span in right]
    return sorted(found, key=lambda pair: (pair.gold or pair.predicted, pair.kind))


def _shared(left: Span, right: Span) -> int:
    """Words in common."""
    return min(left.end, right.end) - max(left.start, right.start)


def kinds(records: Sequence[Record], by_seed: Sequence[Predicted]) -> dict[Kind, float]:
    """How many entities of each kind there are: a mean over the seeds."""
    counts = Counter(
        pair.kind
        for predicted in by_seed
        for record, spans in zip(records, predicted, strict=True)
        for pair in paired(record.spans, spans)
    )
    return {kind: counts[kind] / len(by_seed) for kind in KINDS}


def confusion(
    records: Sequence[Record], by_seed: Sequence[Predicted]
) -> dict[str, dict[str, float]]:
    """By gold type, then predicted type, entities with the same boundaries: a mean over the seeds.

    A row sums to the gold entities of its type and a column to the predicted ones; `none` holds those
    with whose boundaries there is no entity on the other side.
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
