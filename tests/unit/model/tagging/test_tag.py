"""Tagging: results in order, the same for any batch size and any order, with probabilities."""

from __future__ import annotations

from random import Random

import pytest

pytest.importorskip("torch", reason="needs mnerctl[train]")

from mnerctl.model.networks.tagger import BuiltSystem
from mnerctl.model.systems import SYSTEMS
from mnerctl.model.systems.preset import PRESETS
from mnerctl.model.systems.system import BuildInputs
from mnerctl.model.tagging.tag import probabilities_of, tag
from mnerctl.schema import Record

WORDS = ["Ada", "in", "Paris", "with", "Jordan", "and", "NASA", "\u200b", "🎉"]


def records(count: int) -> list[Record]:
    random = Random(1)
    texts = [[random.choice(WORDS) for _ in range(random.randint(1, 30))] for _ in range(count)]
    return [
        Record(id=str(n), text=tuple(text), label=("O",) * len(text), images=())
        for n, text in enumerate(texts)
    ]


@pytest.fixture(scope="module", params=["bert-crf", "bert"])
def built(request: pytest.FixtureRequest) -> BuiltSystem:
    material = BuildInputs(train=records(30), preset=PRESETS["smoke"], seed=1)
    return SYSTEMS[request.param].build(material)


def test_batch_size_and_order_do_not_matter(built: BuiltSystem) -> None:
    given = records(40)
    whole = tag(built, given, batch_size=16)
    assert any(whole)
    assert [[one.span for one in row] for row in tag(built, given, batch_size=1)] == [
        [one.span for one in row] for row in whole
    ]
    backwards = tag(built, given[::-1], batch_size=7)[::-1]
    for left, right in zip(backwards, whole, strict=True):
        assert [one.span for one in left] == [one.span for one in right]
        assert [one.score for one in left] == pytest.approx([o.score for o in right], abs=1e-5)


def test_scores_are_the_probabilities_of_the_spans(built: BuiltSystem) -> None:
    given = records(10)
    found = tag(built, given)
    spans = [[one.span for one in row] for row in found]
    scores = probabilities_of(built, given, spans)
    for row, sure in zip(found, scores, strict=True):
        assert [one.score for one in row] == pytest.approx(sure, abs=1e-6)
        assert all(0 < score <= 1 for score in sure)


def test_progress_and_empty_input(built: BuiltSystem) -> None:
    counts: list[tuple[int, int]] = []
    tag(built, records(40), on_count=lambda done, total: counts.append((done, total)))
    assert counts == [(32, 40), (40, 40)]
    assert tag(built, []) == []
