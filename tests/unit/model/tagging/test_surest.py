"""The surest entities, from probabilities made by hand."""

from __future__ import annotations

import pytest

from mnerctl.model.tagging.scored_span import ScoredSpan
from mnerctl.model.tagging.surest import Surest, surest
from mnerctl.schema import Record, Span

ADA = Record(id="1", text=("Ada",), label=("B-PER",), images=())
RIGHT, WRONG = Span(0, 1, "PER"), Span(0, 1, "LOC")


def predicted(*pairs: tuple[Span, float]) -> list[list[ScoredSpan]]:
    return [[ScoredSpan(*pair)] for pair in pairs]


def test_the_surest_quarter_of_dev_and_test_together() -> None:
    splits = {"dev": [ADA] * 3, "test": [ADA] * 5}
    dev = predicted((RIGHT, 0.5), (WRONG, 0.9), (WRONG, 0.4))
    test = predicted((RIGHT, 0.7), (RIGHT, 0.8), (WRONG, 0.1), (WRONG, 0.2), (RIGHT, 0.3))
    found = surest(splits, {"dev": [dev], "test": [test]})  # type: ignore[arg-type]
    assert found == Surest(entities=2, contradicted=1, confidence=pytest.approx(0.85), seeds=1)


def test_each_seed_has_a_quarter_of_its_own() -> None:
    """A seed that is surer than the other does not take its place."""
    splits = {"dev": [], "test": [ADA] * 4}
    sure = predicted(*((WRONG, score) for score in (0.99, 0.98, 0.97, 0.96)))
    unsure = predicted(*((RIGHT, score) for score in (0.5, 0.4, 0.3, 0.2)))
    found = surest(splits, {"dev": [[], []], "test": [sure, unsure]})  # type: ignore[arg-type]
    assert found == Surest(entities=2, contradicted=1, confidence=pytest.approx(0.745), seeds=2)


def test_nothing_predicted() -> None:
    found = surest({"dev": [], "test": [ADA]}, {"dev": [[]], "test": [[[]]]})
    assert found == Surest(entities=0, contradicted=0, confidence=0.0, seeds=1)
