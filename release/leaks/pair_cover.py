"""Which pairs of like things to tell of: enough that each thing is told of once, not all of them.

A text that stands a thousand times on each side makes a million pairs. A thing is told of towards a
side when it is in a pair with a thing of that side; `Cover` gives a pair only where one of the two has
not been told of. What this does not do: find what is alike.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import combinations, zip_longest

Pair = tuple[int, int]


class Cover:
    """Things by number; sides[n]: where thing n stands. is_asked: whether two sides are compared."""

    def __init__(self, sides: Sequence[int], is_asked: Callable[[int, int], bool]) -> None:
        self._sides = sides
        self._asked = {
            (left, right)
            for left in set(sides)
            for right in set(sides)
            if is_asked(left, right) or is_asked(right, left)
        }
        self._told: set[Pair] = set()

    def within(self, alike: Sequence[int]) -> Iterator[Pair]:
        """Pairs among things that are all alike, the one of the smaller side first."""
        if len(alike) < 2:
            return
        by_side = self._by_side(alike)
        for left, right in combinations(sorted(by_side), 2):
            yield from self._pairs(by_side[left], by_side[right])

    def between(self, here: Sequence[int], there: Sequence[int]) -> Iterator[Pair]:
        """Pairs of a thing of `here` with one of `there`, which are alike."""
        ours, theirs = self._by_side(here), self._by_side(there)
        for left in sorted(ours):
            for right in sorted(theirs):
                if left < right:
                    yield from self._pairs(ours[left], theirs[right])
                elif right < left:
                    yield from self._pairs(theirs[right], ours[left])

    def is_wanting(self, here: Sequence[int], there: Sequence[int]) -> bool:
        """Whether `between` would give a pair."""
        if len(here) == len(there) == 1:  # almost always
            left, right = self._sides[here[0]], self._sides[there[0]]
            untold = (here[0], right) not in self._told or (there[0], left) not in self._told
            return (left, right) in self._asked and untold
        here_sides = {self._sides[thing] for thing in here}
        there_sides = {self._sides[thing] for thing in there}
        return self._has_untold(here, there_sides) or self._has_untold(there, here_sides)

    def _has_untold(self, things: Iterable[int], sides: set[int]) -> bool:
        return any(
            (self._sides[thing], side) in self._asked and (thing, side) not in self._told
            for thing in things
            for side in sides
        )

    def _by_side(self, things: Sequence[int]) -> dict[int, list[int]]:
        by_side: dict[int, list[int]] = {}
        for thing in things:
            by_side.setdefault(self._sides[thing], []).append(thing)
        return by_side

    def _pairs(self, left: list[int], right: list[int]) -> Iterator[Pair]:
        sides = self._sides[left[0]], self._sides[right[0]]
        if sides not in self._asked:
            return
        left_untold = [thing for thing in left if (thing, sides[1]) not in self._told]
        right_untold = [thing for thing in right if (thing, sides[0]) not in self._told]
        for one, other in zip_longest(left_untold, right_untold):
            pair = left[0] if one is None else one, right[0] if other is None else other
            self._told |= {(pair[0], sides[1]), (pair[1], sides[0])}
            yield pair
