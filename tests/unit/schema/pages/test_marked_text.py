"""Stretches of a text: a table of cases, and what holds for any spans."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mnerctl.schema.pages.marked_text import stretches

Spans = list[tuple[int, int]]


@pytest.mark.parametrize(
    ("length", "spans", "expected"),
    [
        (0, [], []),
        (5, [], [(0, 5)]),
        (5, [(0, 5)], [(0, 5)]),
        (5, [(1, 3)], [(0, 1), (1, 3), (3, 5)]),
        (5, [(0, 2), (2, 5)], [(0, 2), (2, 5)]),
        (5, [(3, 5), (0, 1)], [(0, 1), (1, 3), (3, 5)]),
        (5, [(0, 3), (2, 4)], [(0, 2), (2, 3), (3, 4), (4, 5)]),
    ],
    ids=["no text", "no span", "whole", "inside", "touching", "any order", "overlapping"],
)
def test_a_text_is_cut_at_each_edge(length: int, spans: Spans, expected: Spans) -> None:
    assert stretches(length, spans) == expected


@given(
    st.integers(1, 20).flatmap(
        lambda length: st.tuples(
            st.just(length),
            st.lists(
                st.lists(st.integers(0, length), min_size=2, max_size=2, unique=True).map(
                    lambda edges: (min(edges), max(edges))
                )
            ),
        )
    )
)
def test_stretches_cover_the_text_once_and_each_span_exactly(case: tuple[int, Spans]) -> None:
    length, spans = case
    cut = stretches(length, spans)
    assert [at for start, end in cut for at in range(start, end)] == list(range(length))
    for start, end in spans:
        assert start in {first for first, _ in cut}
        assert end in {last for _, last in cut}
