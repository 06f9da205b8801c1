"""Near-duplicate pictures among many: all pairs of 64-bit hashes that differ in at most 4 bits.

Exact: 4 differing bits leave 2 of 6 blocks untouched, whichever they are, so the hashes are sorted into
a table for each choice of 2 blocks, and compared where these are equal (Manku et al., WWW 2007). Cost
grows with the number of hashes, a table at a time. What this does not do: read pictures.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from itertools import combinations, pairwise
from typing import Final

MOST_BITS: Final = 4
BITS: Final = 64
LEAST_SET: Final = 8

_BLOCKS: Final = MOST_BITS + 2
_EDGES: Final = [BITS * number // _BLOCKS for number in range(_BLOCKS + 1)]
_MASKS: Final = [(1 << end) - (1 << start) for start, end in pairwise(_EDGES)]


def says_something(phash: str) -> bool:
    """Whether equal hashes mean alike pictures: not of flat ones, nor nearly flat ones.

    Their bits are (almost) all 0 or all 1.
    """
    ones = int(phash, 16).bit_count()
    return LEAST_SET <= ones <= BITS - LEAST_SET


def near_hashes(
    hashes: Sequence[int], wanted: Callable[[int, int], bool]
) -> Iterator[tuple[int, int, int]]:
    """(position, position, differing bits) of every wanted pair within 4 bits, each once.

    hashes: no two alike. wanted: asked as the pairs come, so that it may know what was found before.
    """
    choices = [one | other for one, other in combinations(_MASKS, 2)]
    for number, mask in enumerate(choices):
        table: dict[int, list[int]] = defaultdict(list)
        for at, value in enumerate(hashes):
            table[value & mask].append(at)
        for places in table.values():
            for left, right in combinations(places, 2) if len(places) > 1 else ():
                differ = hashes[left] ^ hashes[right]
                bits = differ.bit_count()
                if bits > MOST_BITS or not wanted(left, right):
                    continue
                if all(differ & earlier for earlier in choices[:number]):  # else it was found there
                    yield left, right, bits
