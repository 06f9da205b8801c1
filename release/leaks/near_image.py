"""Find near-duplicate images: all pairs of 64-bit perceptual hashes that differ in at most 4 bits.

The search is exact. Four differing bits leave at least 2 of 6 blocks unchanged, so for each choice of 2
blocks the hashes are sorted into a table by these blocks, and only hashes in the same cell are compared
(Manku et al., WWW 2007). The cost grows with the number of hashes, table by table. This module reads no
image files; `audit.pictures` does.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from itertools import combinations, pairwise
from typing import Final

MAX_BITS: Final = 4
BITS: Final = 64
MIN_SET: Final = 8

_BLOCKS: Final = MAX_BITS + 2
_EDGES: Final = [BITS * number // _BLOCKS for number in range(_BLOCKS + 1)]
_MASKS: Final = [(1 << end) - (1 << start) for start, end in pairwise(_EDGES)]


def is_distinctive(phash: str) -> bool:
    """Return whether images with this perceptual hash look alike.

    Hashes of flat or nearly flat images do not tell them apart: almost all their bits are 0, or almost all 1.

    Args:
        phash: the hash, in hexadecimal.
    """
    ones = int(phash, 16).bit_count()
    return MIN_SET <= ones <= BITS - MIN_SET


def near_hashes(
    hashes: Sequence[int], is_wanted: Callable[[int, int], bool]
) -> Iterator[tuple[int, int, int]]:
    """Yield each wanted pair of hashes within 4 bits once, as (position, position, differing bits).

    Args:
        hashes: the hashes, all different.
        is_wanted: called with two positions just before a pair is yielded, so that its answer can depend on
            earlier pairs.
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
                if bits > MAX_BITS or not is_wanted(left, right):
                    continue
                if all(differ & earlier for earlier in choices[:number]):  # else found before
                    yield left, right, bits
