"""Posts of paid sources are counted before the answer, and subtracted if no answer comes."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from mnerctl.collector.source import Source
from mnerctl.collector.spending import Meter
from mnerctl.schema import Corpus
from mnerctl.schema.corpus.counts import Asked


def source(name: str, price: float | None) -> Source:
    """A source with a name and a price; it is never asked."""
    return cast(Source, SimpleNamespace(name=name, dollars_per_post=price))


@pytest.fixture
def corpus(tmp_path: Path) -> Iterator[Corpus]:
    with Corpus.open(tmp_path, create=True) as corpus:
        yield corpus


def test_each_id_is_counted_when_the_source_takes_it(corpus: Corpus) -> None:
    meter = Meter(corpus, source("x-api", 0.005))
    ids = meter.counted(iter("12345"))
    assert list(islice(ids, 3)) == ["1", "2", "3"]
    assert corpus.asked() == [Asked("x-api", 0.005, 3)]  # what a run leaves that is killed now
    assert list(ids) == ["4", "5"]
    meter.answered("4")
    meter.stopped()
    assert corpus.asked() == [Asked("x-api", 0.005, 1)]
    assert (meter.asked, meter.take_unanswered()) == (5, [])


def test_posts_of_a_free_source_are_not_counted(corpus: Corpus) -> None:
    meter = Meter(corpus, source("archive", None))
    assert list(meter.counted("12")) == ["1", "2"]
    meter.answered("2")
    assert meter.take_unanswered() == ["1"]
    assert corpus.asked() == []
