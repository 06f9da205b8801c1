"""Doubts from given probabilities: kind, suggestion and score."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("torch", reason="needs mnerctl[train]")

from mnerctl.model.suspects.rank import Doubt, doubts, readings
from mnerctl.model.tagging.span_probability import NoEntity
from mnerctl.schema import TYPES, Record, Span
from support.record_strategies import records

WORDS = 5
PER, ORG, LOC = Span(1, 3, "PER"), Span(1, 3, "ORG"), Span(1, 3, "LOC")
SHORT, LONG = Span(1, 2, "PER"), Span(0, 4, "ORG")
FAR, NEAR = Span(4, 5, "LOC"), Span(3, 4, "PER")
Row = tuple[str, Span | None, Span | None, float]


@pytest.mark.parametrize(
    ("gold", "predicted", "sure", "wanted"),
    [
        pytest.param([PER], [PER], {PER: 0.9, ORG: 0.1}, [("type", PER, ORG, -0.8)], id="sure"),
        pytest.param([PER], [ORG], {PER: 0.1, ORG: 0.7}, [("type", PER, ORG, 0.6)], id="type"),
        pytest.param(
            [PER],
            [ORG],
            {PER: 0.2, ORG: 0.4, LOC: 0.3, NoEntity(1, 3): 0.1},
            [("type", PER, ORG, 0.2)],
            id="an entity of another type is not spurious",
        ),
        pytest.param(
            [PER],
            [SHORT],
            {PER: 0.1, SHORT: 0.5, Span(1, 2, "LOC"): 0.2},
            [("boundary", PER, SHORT, 0.6)],
            id="another edge, any type",
        ),
        pytest.param(
            [PER],
            [LONG],
            {PER: 0.1, LONG: 0.8},
            [("boundary", PER, LONG, 0.7)],
            id="predicted boundaries",
        ),
        pytest.param(
            [PER],
            [],
            {SHORT: 0.45, NoEntity(1, 3): 0.3},
            [("boundary", PER, SHORT, 0.45)],
            id="an edge moved by a word, though not predicted",
        ),
        pytest.param(
            [PER], [], {PER: 0.05, NoEntity(1, 3): 0.9}, [("spurious", PER, None, 0.85)], id="none"
        ),
        pytest.param(
            [],
            [FAR],
            {FAR: 0.5, Span(4, 5, "PER"): 0.4, NoEntity(4, 5): 0.1},
            [("missing", None, FAR, 0.8)],
            id="missing, any type",
        ),
        pytest.param(
            [PER],
            [NEAR],
            {PER: 0.9, NEAR: 0.7, NoEntity(3, 4): 0.2},
            [("type", PER, ORG, -0.9), ("missing", None, NEAR, 0.5)],
            id="a neighbour is not an overlap",
        ),
        pytest.param([PER], [], {SHORT: 0.9}, [], id="beyond what was read"),
    ],
)
def test_the_strongest_doubt(
    gold: list[Span],
    predicted: list[Span],
    sure: dict[Span | NoEntity, float],
    wanted: Sequence[Row],
) -> None:
    found = doubts(gold, predicted, defaultdict(float, sure), WORDS)
    rows = [(one.kind, one.gold, one.suggested, pytest.approx(margin(one))) for one in found]
    for row, row_wanted in zip(rows, wanted, strict=True):
        if row_wanted[3] <= 0:  # then nothing is suggested, and any kind may win
            assert (row[1], row[3]) == (row_wanted[1], row_wanted[3])
        else:
            assert row == row_wanted


@given(records(), st.data())
def test_readings_are_all_that_doubts_needs(record: Record, data: st.DataObject) -> None:
    words = len(record.text)
    edges = st.tuples(st.integers(0, words - 1), st.integers(1, words)).filter(
        lambda e: e[0] < e[1]
    )
    predicted = [Span(*data.draw(edges), data.draw(st.sampled_from(TYPES)))]
    asked = readings(record.spans, predicted, words)
    assert len(set(asked)) == len(asked)
    assert all(0 <= one.start < one.end <= words for one in asked)
    chances = st.floats(0, 1)
    sure = {
        one: (1 + data.draw(chances)) / 16 for one in asked
    }  # four types together have at most 1/2
    found = doubts(record.spans, predicted, sure, words)
    assert [one.gold for one in found if one.gold] == record.spans
    assert all(-1 <= one.score <= 1 and one.gold != one.suggested for one in found)
    far = [
        one
        for one in predicted
        if all(one.end <= g.start or g.end <= one.start for g in record.spans)
    ]
    assert len(found) == len(record.spans) + len(far)


def margin(doubt: Doubt) -> float:
    return doubt.suggested_probability - doubt.gold_probability


def test_the_score_ranks_like_the_odds() -> None:
    """Other readings that share the probability do not lower it; only tiny probabilities do."""
    pairs = [(0.02, 0.97), (0.01, 0.30), (0.3, 0.9), (0.2, 0.4), (0.4, 0.4), (0.9, 0.1)]
    found = [Doubt("type", PER, ORG, p, q).score for p, q in pairs]
    odds = [(q + 0.001) / (p + 0.001) for p, q in pairs]
    assert sorted(found, reverse=True) == found
    assert sorted(odds, reverse=True) == odds
    assert found == pytest.approx([(x - 1) / (x + 1) for x in odds])
    assert Doubt("type", PER, ORG, 1e-8, 1e-5).score < 0.01


def test_a_wrong_type_is_found_where_the_boundaries_are_unsure() -> None:
    sure = {PER: 0.01, ORG: 0.4, SHORT: 0.3, NoEntity(1, 3): 0.29}
    (found,) = doubts([PER], [], defaultdict(float, sure), WORDS)
    assert (found.kind, found.suggested) == ("type", ORG)
    assert found.score > 0.9 > margin(found)


def test_for_one_word_the_score_is_the_normalised_margin_of_cleanlab() -> None:
    """With the two readings alone as classes; cleanlab scales from 1 (right) to 0 (wrong)."""
    rank = pytest.importorskip("cleanlab.rank", reason="needs cleanlab, the oracle of the margin")

    def of_cleanlab(given: float, other: float) -> float:
        shares = np.array([[given, other]]) / (given + other)
        quality = rank.get_label_quality_scores(np.array([0]), shares, method="normalized_margin")
        return 1 - 2 * float(quality[0])

    random = Random(1)
    for number in range(200):
        weights = [0.1 + random.random() for _ in range(5)]
        *types, nothing = (weight / sum(weights) for weight in weights)
        sure = {Span(0, 1, kind): share for kind, share in zip(TYPES, types, strict=True)}
        gold = Span(0, 1, TYPES[number % len(TYPES)])
        (doubt,) = doubts([gold], [], {**sure, NoEntity(0, 1): nothing}, 1)
        other = max(share for span, share in sure.items() if span != gold)
        margins = {
            "type": of_cleanlab(sure[gold], other),
            "spurious": of_cleanlab(sum(types), nothing),
        }
        assert doubt.score == pytest.approx(margins[doubt.kind], abs=0.03)
        assert doubt.score == pytest.approx(max(margins.values()), abs=0.03)
