"""PairCover: every matching item is in a pair, and no more pairs than that takes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mnerctl.release.leaks.pair_cover import PairCover


def is_before(left: int, right: int) -> bool:
    return left < right


def test_the_example_of_the_docstring() -> None:
    cover = PairCover([0, 0, 0, 1, 1], is_before)
    assert cover.has_pair([1], [4])
    assert list(cover.within([0, 1, 2, 3, 4])) == [(0, 3), (1, 4), (2, 3)]
    assert not cover.has_pair([1], [4])
    assert list(cover.between([1], [4])) == []


def test_items_of_one_side_are_not_compared() -> None:
    cover = PairCover([0, 0, 1], is_before)
    assert list(cover.within([0, 1])) == []
    assert not cover.has_pair([0], [1])


def test_the_item_of_the_smaller_side_is_first() -> None:
    cover = PairCover([1, 0, 2], is_before)
    assert list(cover.between([0], [1, 2])) == [(1, 0), (0, 2)]


@given(st.lists(st.integers(0, 3), min_size=2, max_size=12), st.data())
def test_has_pair_is_whether_between_yields_one(sides: list[int], data: st.DataObject) -> None:
    cover = PairCover(sides, is_before)
    numbers = list(range(len(sides)))
    for _ in range(6):
        order = data.draw(st.permutations(numbers))
        cut = data.draw(st.integers(1, len(sides) - 1))
        ours, theirs = order[:cut], order[cut:]
        expected = cover.has_pair(ours, theirs)
        assert any(True for _ in list(cover.between(ours, theirs))) == expected
        assert not cover.has_pair(ours, theirs)
