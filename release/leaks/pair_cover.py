"""Choose which pairs of matching items to report: enough that every item is in a row, not every pair.

A text that occurs a thousand times in train and in test makes a million pairs. `PairCover` yields about a
thousand of them: it leaves a pair out when both of its items are already in a pair with the other's side.
This module does not decide which items match; its callers do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import combinations, zip_longest

Pair = tuple[int, int]


class PairCover:
    """Yields pairs of matching items until every item is covered.

    Items are numbers, and each is on a side, such as a split. An item is covered for a side once it was
    yielded in a pair with an item of that side. A pair is yielded only while one of its items is not yet
    covered for the side of the other.

    Example: items 0, 1 and 2 are in train (side 0), items 3 and 4 in test (side 1).

    - All five have the same text: `within([0, 1, 2, 3, 4])` yields (0, 3), (1, 4) and (2, 3), not all six
      pairs. Item 2 is paired with the first item of the other side, because no uncovered item is left there.
    - Items 1 and 4 also have nearly the same image: `has_pair([1], [4])` is False and `between([1], [4])`
      yields nothing, because 1 is covered for test and 4 for train.

    Args:
        sides: the side of each item.
        are_compared: whether pairs of two sides are wanted; True for either order is enough.
    """

    def __init__(self, sides: Sequence[int], are_compared: Callable[[int, int], bool]) -> None:
        self._sides = sides
        self._compared = {
            (left, right)
            for left in set(sides)
            for right in set(sides)
            if are_compared(left, right) or are_compared(right, left)
        }
        self._covered: set[tuple[int, int]] = set()  # (item, side that it was paired with)

    def within(self, items: Sequence[int]) -> Iterator[Pair]:
        """Yield pairs of items that all match each other, the item of the smaller side first."""
        if len(items) < 2:
            return
        by_side = self._by_side(items)
        for left, right in combinations(sorted(by_side), 2):
            yield from self._pairs(by_side[left], by_side[right])

    def between(self, ours: Sequence[int], theirs: Sequence[int]) -> Iterator[Pair]:
        """Yield pairs of an item of `ours` and one of `theirs`, where each matches all of the other group.

        The item of the smaller side is first, whichever group it is of.
        """
        our_sides, their_sides = self._by_side(ours), self._by_side(theirs)
        for left in sorted(our_sides):
            for right in sorted(their_sides):
                if left < right:
                    yield from self._pairs(our_sides[left], their_sides[right])
                elif right < left:
                    yield from self._pairs(their_sides[right], our_sides[left])

    def has_pair(self, ours: Sequence[int], theirs: Sequence[int]) -> bool:
        """Return whether `between` would yield a pair."""
        if len(ours) == len(theirs) == 1:  # nearly all calls, and there are very many
            one, other = ours[0], theirs[0]
            side, other_side = self._sides[one], self._sides[other]
            return (side, other_side) in self._compared and (
                (one, other_side) not in self._covered or (other, side) not in self._covered
            )
        our_sides = {self._sides[item] for item in ours}
        their_sides = {self._sides[item] for item in theirs}
        return self._has_uncovered(ours, their_sides) or self._has_uncovered(theirs, our_sides)

    def _has_uncovered(self, items: Iterable[int], sides: set[int]) -> bool:
        return any(
            (self._sides[item], side) in self._compared and (item, side) not in self._covered
            for item in items
            for side in sides
        )

    def _by_side(self, items: Sequence[int]) -> dict[int, list[int]]:
        by_side: dict[int, list[int]] = {}
        for item in items:
            by_side.setdefault(self._sides[item], []).append(item)
        return by_side

    def _pairs(self, left: list[int], right: list[int]) -> Iterator[Pair]:
        """Yield pairs that cover all items of two lists, each of one side."""
        left_side, right_side = self._sides[left[0]], self._sides[right[0]]
        if (left_side, right_side) not in self._compared:
            return
        left_uncovered = [item for item in left if (item, right_side) not in self._covered]
        right_uncovered = [item for item in right if (item, left_side) not in self._covered]
        for one, other in zip_longest(left_uncovered, right_uncovered):
            pair = left[0] if one is None else one, right[0] if other is None else other
            self._covered |= {(pair[0], right_side), (pair[1], left_side)}
            yield pair
