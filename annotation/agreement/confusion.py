"""Count what annotators confuse: for each span of one annotator, what another marked in the same place.

Every pair of annotators is compared in both directions, so a row of the table counts all spans of its type in
all comparisons. It does not say who is right.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import permutations
from typing import Final

from ...schema import TYPES, EntityType, Span
from .shared_post import SharedPost

OTHER_EDGES: Final = "other_edges"
UNMARKED: Final = "unmarked"
ANSWERS: Final[tuple[str, ...]] = (*TYPES, OTHER_EDGES, UNMARKED)


def confusions(posts: Iterable[SharedPost]) -> dict[EntityType, dict[str, int]]:
    """Return for each type how often the other annotator gave each of ANSWERS."""
    table = {t: dict.fromkeys(ANSWERS, 0) for t in TYPES}
    for post in posts:
        for one, other in permutations(post.spans.values(), 2):
            for span in one:
                table[span.type][answer_for(span, other)] += 1
    return table


def answer_for(span: Span, others: Sequence[Span]) -> str:
    """Return which of ANSWERS another annotator's spans give to a span.

    If several of them overlap the span, the one that shares the most characters counts. The answer is its
    type, but OTHER_EDGES if it has the same type and other offsets, and UNMARKED if none overlaps.
    """
    shared = max(others, key=lambda other: (_shared(span, other), other == span), default=None)
    if shared is None or not _shared(span, shared):
        return UNMARKED
    if shared.type != span.type:
        return shared.type
    return span.type if shared == span else OTHER_EDGES


def _shared(one: Span, other: Span) -> int:
    return max(0, min(one.end, other.end) - max(one.start, other.start))
