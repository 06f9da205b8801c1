"""Positions in the charts: inside the picture, in the order of the numbers, and zero in its place."""

from __future__ import annotations

import pytest

pytest.importorskip("numpy", reason="needs mnerctl[train]")

from hypothesis import given
from hypothesis import strategies as st

from mnerctl.model.gate.report import Training
from mnerctl.model.gate.report_charts import HEIGHT, WIDTH, curves, forest
from mnerctl.model.measures.bootstrap import Difference
from mnerctl.model.measures.image_views import Ablation
from mnerctl.model.measures.score import Scores
from mnerctl.schema import Counts

shares = st.floats(0, 1)
differences = st.tuples(*[st.floats(-1, 1)] * 3).map(sorted)


@given(st.lists(st.lists(shares, min_size=1, max_size=40), min_size=1, max_size=8))
def test_curves(scores: list[list[float]]) -> None:
    trainings = [
        Training(seed=seed, images="all", dev_f1=tuple(row), seconds=1)
        for seed, row in enumerate(scores)
    ]
    drawn = curves(trainings)
    for row, curve in zip(scores, drawn.curves, strict=True):
        places = [tuple(map(float, one.split(","))) for one in curve.points.split()]
        assert len(places) == len(row) and places[-1] == curve.end
        assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in places)
        assert [x for x, _ in places] == sorted(x for x, _ in places)
        highest = max(range(len(row)), key=row.__getitem__)
        assert places[highest][1] == min(y for _, y in places)
    assert 2 <= len(drawn.ticks) <= 12
    numbers = [epoch for _, epoch in drawn.epochs]
    last, step = max(map(len, scores)), [*numbers, 2][1] - 1
    assert numbers == list(range(1, last + 1, step)) and len(numbers) <= 10
    lefts = [x for x, _ in drawn.epochs]
    assert lefts == sorted(set(lefts)) and lefts[0] >= 0 and lefts[-1] <= WIDTH


@given(st.lists(differences, max_size=6))
def test_forest(found: list[list[float]]) -> None:
    score = Scores.of([Counts(1, 1, 1)])
    ablations = [
        Ablation(
            view="none",
            how="one model",
            changed=1,
            scores=score,
            difference=Difference(low=low, f1=f1, high=high, p=0.5),
            by_images={},
        )
        for low, f1, high in found
    ]
    drawn = forest(ablations)
    assert 0 <= drawn.zero <= 100
    for (low, _, high), bar in zip(found, drawn.bars, strict=True):
        assert 0 <= bar.low <= bar.at <= bar.high <= 100
        assert bar.high <= drawn.zero if high <= 0 else True
        assert bar.low >= drawn.zero if low >= 0 else True
    assert 2 <= len(drawn.ticks) <= 9
    assert all(0 <= place <= 100 for place, _ in drawn.ticks)
