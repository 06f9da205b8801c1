"""Find near-duplicate texts: all pairs whose word pairs have a Jaccard similarity of 0.6 or more.

The search is exact. Two sets that share enough elements share one of their rarest elements (prefix
filtering; Bayardo et al., WWW 2007; Xiao et al., WWW 2008), so a set is compared only with the sets that are
indexed under one of its rarest elements. The cost grows with the number of texts while rare word pairs stay
rare; many texts of one pattern, which are near-duplicates of each other, cost more.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from math import ceil
from typing import Final

from ...schema.text_normal import word_pairs

MIN_SIMILARITY: Final = Fraction(3, 5)
"""A text with one word in seven replaced, or two in fifteen, is still a near-duplicate."""


def near_texts(
    texts: Sequence[Sequence[str]], is_wanted: Callable[[int, int], bool]
) -> Iterator[tuple[int, int, float]]:
    """Yield each wanted pair of near-duplicates once, as (position, position, similarity).

    The text with fewer word pairs comes first. A text without words is similar to no other text.

    Args:
        texts: the words of each text, all different.
        is_wanted: called with two positions before they are compared, so that its answer can depend on
            earlier pairs.
    """
    sizes, shared = _shared_pairs(texts)
    index: dict[int, list[int]] = defaultdict(list)
    for here in sorted((i for i, size in enumerate(sizes) if size > 1), key=lambda i: sizes[i]):
        size, pairs = sizes[here], shared[here]
        unique = size - len(pairs)  # word pairs of no other text are the rarest and match nothing
        rarest = size - ceil(MIN_SIMILARITY * size) + 1 - unique
        least = ceil(MIN_SIMILARITY * size)
        candidates = {
            there
            for pair in pairs[: max(0, rarest)]
            for there in index.get(pair, ())
            if sizes[there] >= least
        }
        own = set(pairs)
        for there in sorted(candidates):
            if is_wanted(there, here):
                both = len(own.intersection(shared[there]))
                similarity = Fraction(both, size + sizes[there] - both)
                if similarity >= MIN_SIMILARITY:
                    yield there, here, float(similarity)
        # later texts are at least as long, so fewer of the rarest pairs are enough to find this one
        indexed = size - ceil(2 * MIN_SIMILARITY / (1 + MIN_SIMILARITY) * size) + 1 - unique
        for pair in pairs[: max(0, indexed)]:
            index[pair].append(here)


def _shared_pairs(texts: Sequence[Sequence[str]]) -> tuple[list[int], list[array[int]]]:
    """Return the number of word pairs of each text, and those that other texts may have, rarest first.

    Pairs are counted in a table in which two pairs can share a cell. A pair can therefore look more
    frequent than it is; the order is still the same for all texts, which is all that the filter needs.
    """
    numbers: dict[str, int] = {}
    all_pairs = [array("Q", sorted(word_pairs(text, numbers))) for text in texts]
    cells = 1 << (sum(map(len, all_pairs)) + 1).bit_length()
    times = array("I", bytes(4 * cells))
    for pairs in all_pairs:
        for pair in pairs:
            times[_cell(pair, cells)] += 1
    sizes = [len(pairs) for pairs in all_pairs]
    for at, pairs in enumerate(all_pairs):
        counted = ((times[_cell(pair, cells)], pair) for pair in pairs)
        all_pairs[at] = array("Q", [pair for count, pair in sorted(counted) if count > 1])
    return sizes, all_pairs


def _cell(pair: int, cells: int) -> int:
    """Return the cell that counts a pair; the product spreads the numbers of its two words."""
    return (pair * 0x9E3779B97F4A7C15 >> 29) & (cells - 1)
