"""What sources are asked for money is counted before the answer, and taken off where there is none."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest

from mnerctl.collector.spending import Meter
from mnerctl.schema import Corpus
from mnerctl.schema.corpus.counts import Asked


@pytest.fixture
def corpus(tmp_path: Path) -> Iterator[Corpus]:
    with Corpus.open(tmp_path, create=True) as corpus:
        yield corpus


def test_each_id_is_counted_as_it_is_taken(corpus: Corpus) -> None:
    meter = Meter(corpus, "x-api")
    ids = meter.through(iter("12345"))
    assert list(islice(ids, 3)) == ["1", "2", "3"]
    assert corpus.asked() == [Asked("x-api", 0.005, 3)]  # as a run leaves it that is killed now
    assert list(ids) == ["4", "5"]
    meter.answered("4")
    meter.refused()
    assert corpus.asked() == [Asked("x-api", 0.005, 1)]
    assert (meter.asked, meter.take_silent()) == (5, [])


def test_what_is_free_is_not_counted(corpus: Corpus) -> None:
    meter = Meter(corpus, "archive")
    assert list(meter.through("12")) == ["1", "2"]
    meter.answered("2")
    assert meter.take_silent() == ["1"]
    assert corpus.asked() == []
