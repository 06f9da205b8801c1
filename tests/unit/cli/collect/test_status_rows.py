"""The rows and the JSON document of `mnerctl status`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mnerctl.cli.collect.status_rows import as_document, as_rows, count_corpus
from mnerctl.schema import Corpus, InputLine
from mnerctl.schema.post import SNOWFLAKE_EPOCH_MS
from support.corpora import made_post


def id_of(year: int, month: int) -> str:
    """Return a post id of that month."""
    moment = int(datetime(year, month, 1, tzinfo=UTC).timestamp() * 1000) - SNOWFLAKE_EPOCH_MS
    return str(moment << 22)


@pytest.fixture
def corpus(tmp_path: Path) -> Iterator[Corpus]:
    with Corpus.open(tmp_path, create=True) as corpus:
        yield corpus


def enter(corpus: Corpus, *ids: str) -> None:
    corpus.enter_lines(InputLine("a", number, one, one) for number, one in enumerate(ids))


def test_the_rows_of_a_large_corpus_fit_a_terminal(corpus: Corpus) -> None:
    ids = [id_of(year, month) for year in range(2011, 2025) for month in range(1, 13)]
    enter(corpus, *ids)
    for number, post_id in enumerate(ids):
        post = made_post(post_id, "Ada", images=2 + number % 3)
        corpus.put_post(post.model_copy(update={"lang": f"l{number % 60}"}))
        corpus.settle(post_id, "kept")
    counts = count_corpus(corpus)
    rows = dict(as_rows(counts))
    assert rows["kept, by images"] == "2=56 3=56 4=56"
    assert rows["kept, by time"].startswith("2011=12 2012=12 ")
    assert rows["kept, by language"].endswith(" 48 others=132")
    assert all(len(row) < 300 for row in rows.values())
    document = as_document(counts)
    assert document["lines"] == 168
    assert document["months"] == dict.fromkeys(
        (f"{year}-{month:02}" for year in range(2011, 2025) for month in range(1, 13)), 1
    )


def test_a_few_months_are_shown_as_months(corpus: Corpus) -> None:
    enter(corpus, id_of(2024, 2), id_of(2024, 3), "20")
    assert dict(as_rows(count_corpus(corpus))) == {
        "posts, by time": "undated=1 2024-02=1 2024-03=1"
    }


def test_the_cost_is_the_sum_over_sources_and_prices(corpus: Corpus) -> None:
    corpus.count_asked("x-api", 0.005, 120)
    corpus.count_asked("x-api", 0.01, 1)
    assert count_corpus(corpus).dollars == 0.61


def test_an_empty_corpus_has_no_rows(corpus: Corpus) -> None:
    assert as_rows(count_corpus(corpus)) == []
    assert as_document(count_corpus(corpus))["lines"] == 0
