"""Near-duplicate texts among many: all pairs whose word pairs have a Jaccard similarity of 0.6 or more.

Exact, not by chance: two sets that share enough share one of their rarest elements (prefix filtering;
Bayardo et al., WWW 2007; Xiao et al., WWW 2008), so each set is compared with those alone that stand
under one of its rarest. Cost grows with the number of texts as long as rare word pairs stay rare; many
texts of one pattern, which are near-duplicates of each other, cost more. What this does not do: judge.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from math import ceil
from typing import Final

from ...schema.text_normal import word_pairs

LEAST_SIMILARITY: Final = Fraction(3, 5)
"""One word in seven exchanged, or two in fifteen, still is a near-duplicate."""

Wanted = Callable[[int, int], bool]


def near_texts(texts: Sequence[Sequence[str]], wanted: Wanted) -> Iterator[tuple[int, int, float]]:
    """(position, position, similarity) of every wanted pair of near-duplicates, the smaller first.

    texts: the words of each, no two alike. wanted: asked before a pair is compared, as the pairs come,
    so that it may know what was found before. A text without words is like no other.
    """
    sizes, shared = _shared_pairs(texts)
    under: dict[int, list[int]] = defaultdict(list)
    for here in sorted((i for i, size in enumerate(sizes) if size > 1), key=lambda i: sizes[i]):
        size, pairs = sizes[here], shared[here]
        alone = size - len(pairs)  # pairs of no other text come first among its rarest
        rarest = size - ceil(LEAST_SIMILARITY * size) + 1 - alone
        least = ceil(LEAST_SIMILARITY * size)
        others = {
            there
            for pair in pairs[: max(0, rarest)]
            for there in under.get(pair, ())
            if sizes[there] >= least
        }
        own = set(pairs)
        for there in sorted(others):
            if wanted(there, here):
                both = len(own.intersection(shared[there]))
                similarity = Fraction(both, size + sizes[there] - both)
                if similarity >= LEAST_SIMILARITY:
                    yield there, here, float(similarity)
        # whoever comes later is at least as long: fewer of the rarest will do to be found
        kept = size - ceil(2 * LEAST_SIMILARITY / (1 + LEAST_SIMILARITY) * size) + 1 - alone
        for pair in pairs[: max(0, kept)]:
            under[pair].append(here)


def _shared_pairs(texts: Sequence[Sequence[str]]) -> tuple[list[int], list[array[int]]]:
    """How many word pairs each text has, and those that others may have, too, the rarest first.

    They are counted in a table where several may share a place: a pair may be taken for more frequent
    than it is, but all texts have the same order, which is what the filter needs.
    """
    numbers: dict[str, int] = {}
    all_pairs = [array("Q", sorted(word_pairs(text, numbers))) for text in texts]
    places = 1 << (sum(map(len, all_pairs)) + 1).bit_length()
    times = array("I", bytes(4 * places))
    for pairs in all_pairs:
        for pair in pairs:
            times[_place(pair, places)] += 1
    sizes = [len(pairs) for pairs in all_pairs]
    for at, pairs in enumerate(all_pairs):
        counted = ((times[_place(pair, places)], pair) for pair in pairs)
        all_pairs[at] = array("Q", [pair for count, pair in sorted(counted) if count > 1])
    return sizes, all_pairs


def _place(pair: int, places: int) -> int:
    """Where a pair is counted; a product spreads the numbers of its two words."""
    return (pair * 0x9E3779B97F4A7C15 >> 29) & (places - 1)
