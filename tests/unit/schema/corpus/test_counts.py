"""The corpus in numbers: months from ids, shapes of kept posts, and what was asked for money."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mnerctl.cli.collect.status_rows import as_document, as_rows, standing
from mnerctl.schema import Corpus, InputLine
from mnerctl.schema.corpus.counts import Asked, Shape
from mnerctl.schema.post import SNOWFLAKE_EPOCH_MS, time_of_id
from support.corpora import made_post


def id_of(year: int, month: int, number: int = 0) -> str:
    """A post id of that month."""
    moment = int(datetime(year, month, 1, tzinfo=UTC).timestamp() * 1000) - SNOWFLAKE_EPOCH_MS
    return str((moment << 22) + number)


@pytest.fixture
def corpus(tmp_path: Path) -> Iterator[Corpus]:
    with Corpus.open(tmp_path, create=True) as corpus:
        yield corpus


def keep(corpus: Corpus, post_id: str, lang: str | None, images: int) -> None:
    post = made_post(post_id, "Ada", images=images)
    corpus.put_post(post.model_copy(update={"lang": lang}))
    corpus.settle(post_id, "kept")


def enter(corpus: Corpus, *ids: str) -> None:
    corpus.enter_lines(InputLine("a", number, one, one) for number, one in enumerate(ids))


def test_months_are_those_of_the_ids(corpus: Corpus) -> None:
    ids = [id_of(2013, 6), id_of(2024, 2), id_of(2024, 2, 1), id_of(2024, 3), "20"]
    enter(corpus, *ids)
    keep(corpus, ids[1], "en", 2)
    corpus.settle_same(ids[3], ids[2], "a retweet")
    assert corpus.months() == {"": (1, 0), "2013-06": (1, 0), "2024-02": (2, 1)}
    for post_id in ids[:4]:
        moment = time_of_id(post_id)
        assert moment is not None and (moment.day, moment.hour) == (1, 0)


def test_shapes_are_those_of_kept_posts(corpus: Corpus) -> None:
    enter(corpus, "1", "2", "3", "4", "5")
    for post_id, lang, images in (("1", "en", 2), ("2", "en", 2), ("3", None, 3), ("4", "de", 4)):
        keep(corpus, post_id, lang, images)
    corpus.put_post(made_post("5", "Ada", images=4))
    corpus.settle("5", "media_failed")
    keep(corpus, "2", "pt", 3)  # replaced
    assert set(corpus.kept_shapes()) == {
        Shape("en", 2, 1), Shape("pt", 3, 1), Shape(None, 3, 1), Shape("de", 4, 1),
    }  # fmt: skip


def test_what_was_asked_is_counted_at_its_price(corpus: Corpus) -> None:
    for posts in (100, 50, -30):
        corpus.count_asked("x-api", 0.005, posts)
    corpus.count_asked("x-api", 0.01, 1)
    corpus.count_asked("other", 0.5, 0)
    assert corpus.asked() == [Asked("x-api", 0.005, 120), Asked("x-api", 0.01, 1)]
    assert standing(corpus).dollars == 0.61


def test_it_fits_a_terminal_however_much_there_is(corpus: Corpus) -> None:
    ids = [id_of(year, month) for year in range(2011, 2025) for month in range(1, 13)]
    enter(corpus, *ids)
    for number, post_id in enumerate(ids):
        keep(corpus, post_id, f"l{number % 60}", 2 + number % 3)
    now = standing(corpus)
    rows = dict(as_rows(now))
    assert rows["kept, by images"] == "2=56 3=56 4=56"
    assert rows["kept, by time"].startswith("2011=12 2012=12 ")
    assert rows["kept, by language"].endswith(" 48 others=132")
    assert all(len(counts) < 300 for counts in rows.values())
    document = as_document(now)
    assert document["lines"] == 168
    assert document["months"] == dict.fromkeys(
        (f"{year}-{month:02}" for year in range(2011, 2025) for month in range(1, 13)), 1
    )


def test_a_few_months_are_shown_as_months(corpus: Corpus) -> None:
    enter(corpus, id_of(2024, 2), id_of(2024, 3), "20")
    assert dict(as_rows(standing(corpus))) == {"posts, by time": "undated=1 2024-02=1 2024-03=1"}


def test_there_may_be_nothing(corpus: Corpus) -> None:
    assert as_rows(standing(corpus)) == []
    assert as_document(standing(corpus))["lines"] == 0
