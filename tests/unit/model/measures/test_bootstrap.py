"""The paired bootstrap: a case by hand, all draws enumerated, and symmetry."""

from __future__ import annotations

from itertools import product

import pytest

pytest.importorskip("numpy", reason="needs mnerctl[train]")

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from mnerctl.model.measures.bootstrap import f1_difference, match_counts
from mnerctl.schema import Span

ADA, ROME, ACME = Span(0, 1, "PER"), Span(2, 3, "LOC"), Span(4, 5, "ORG")


def f1(rows: np.ndarray) -> float:
    gold, predicted, correct = rows.sum(0)
    return 2 * correct / max(gold + predicted, 1)


def test_two_texts_by_hand() -> None:
    """The left side finds both names, the right side one of two: 1 - 2/3. Four equally likely draws: the
    first text twice (difference 0), each once (1/3, two ways), the second twice (1 - 0)."""
    ours = np.array([[1, 1, 1], [1, 1, 1]])
    theirs = np.array([[1, 1, 1], [1, 0, 0]])
    found = f1_difference(ours[None], theirs[None], draws=4000)
    assert found.f1 == pytest.approx(1 / 3)
    assert (found.low, found.high) == (0, 1)
    # the right side is never better, and as good in one of four draws: 2 * 1/4
    assert found.p == pytest.approx(0.5, abs=0.04)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_it_is_close_to_the_exact_result(seed: int) -> None:
    """Five texts have 5^5 draws, which can all be enumerated."""
    random = np.random.default_rng(seed)
    gold = random.integers(1, 4, 5)
    ours, theirs = (
        np.stack([gold, predicted, np.minimum(gold, predicted) - (predicted > 1)], axis=1)
        for predicted in (random.integers(1, 4, 5), random.integers(0, 4, 5))
    )
    ours, theirs = np.maximum(ours, 0), np.maximum(theirs, 0)
    every = np.array([f1(ours[list(d)]) - f1(theirs[list(d)]) for d in product(range(5), repeat=5)])
    exact = min(1.0, 2 * min((every <= 0).mean(), (every >= 0).mean()))
    found = f1_difference(ours[None], theirs[None], draws=20_000)
    assert found.f1 == pytest.approx(f1(ours) - f1(theirs))
    assert found.p == pytest.approx(exact, abs=0.02)
    assert (found.low, found.high) == pytest.approx(np.quantile(every, [0.025, 0.975]), abs=0.03)


rows = st.lists(
    st.tuples(st.integers(0, 4), st.integers(0, 4), st.integers(0, 4), st.integers(0, 4)),
    min_size=1,
    max_size=30,
)


@settings(max_examples=30)
@given(rows)
def test_swapping_the_sides_changes_only_the_sign(
    drawn: list[tuple[int, int, int, int]],
) -> None:
    ours = np.array([(gold, found, min(gold, found)) for gold, found, _, _ in drawn])
    theirs = np.array([(gold, other, min(gold, other, hit)) for gold, _, other, hit in drawn])
    there, back = f1_difference(ours[None], theirs[None]), f1_difference(theirs[None], ours[None])
    assert there.f1 == pytest.approx(-back.f1)
    assert (there.low, there.high) == pytest.approx((-back.high, -back.low))
    assert there.p == back.p
    assert there.low <= there.high and 0 < there.p <= 1
    assert f1_difference(ours[None], theirs[None]) == there


def test_p_is_never_0() -> None:
    right, wrong = np.array([[1, 1, 1]] * 200), np.array([[1, 1, 0]] * 200)
    assert f1_difference(right[None], wrong[None], draws=999).p == pytest.approx(0.002)


def test_counts_of_a_text_for_each_seed() -> None:
    gold = [[ADA, ROME], []]
    found = match_counts(gold, [[[ADA, ROME], [ACME]], [[ADA], []]])
    assert found.tolist() == [[[2, 2, 2], [0, 1, 0]], [[2, 1, 1], [0, 0, 0]]]
    assert match_counts([], [[], []]).shape == (2, 0, 3)


def test_the_difference_is_that_of_mean_scores() -> None:
    """Counts of both seeds together would give the left side another score: 2 * 20 / (20 + 110)."""
    sure, guessing = [[1, 1, 1]] * 10, [[1, 10, 1]] * 10
    ours, theirs = np.array([sure, guessing]), np.array([sure])
    found = f1_difference(ours, theirs)
    assert found.f1 == pytest.approx((1 + 2 / 11) / 2 - 1)
    assert (found.low, found.high) == pytest.approx((found.f1, found.f1))
    assert f1_difference(np.array([sure]), theirs).f1 == 0
