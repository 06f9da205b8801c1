"""Counts of a corpus: months from ids, languages and images of kept posts, and posts that were paid for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mnerctl.schema import Corpus, InputLine
from mnerctl.schema.corpus.counts import Asked, Shape
from mnerctl.schema.post import SNOWFLAKE_EPOCH_MS, time_of_id
from support.corpora import made_post


def id_of(year: int, month: int, number: int = 0) -> str:
    """Return a post id of that month."""
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


def test_months_come_from_the_ids(corpus: Corpus) -> None:
    ids = [id_of(2013, 6), id_of(2024, 2), id_of(2024, 2, 1), id_of(2024, 3), "20"]
    enter(corpus, *ids)
    keep(corpus, ids[1], "en", 2)
    corpus.settle_same(ids[3], ids[2], "a retweet")
    assert corpus.months() == {"": (1, 0), "2013-06": (1, 0), "2024-02": (2, 1)}
    for post_id in ids[:4]:
        moment = time_of_id(post_id)
        assert moment is not None and (moment.day, moment.hour) == (1, 0)


def test_languages_and_images_are_those_of_kept_posts(corpus: Corpus) -> None:
    enter(corpus, "1", "2", "3", "4", "5")
    for post_id, lang, images in (("1", "en", 2), ("2", "en", 2), ("3", None, 3), ("4", "de", 4)):
        keep(corpus, post_id, lang, images)
    corpus.put_post(made_post("5", "Ada", images=4))
    corpus.settle("5", "media_failed")
    keep(corpus, "2", "pt", 3)  # replaced
    assert set(corpus.kept_shapes()) == {
        Shape("en", 2, 1), Shape("pt", 3, 1), Shape(None, 3, 1), Shape("de", 4, 1),
    }  # fmt: skip


def test_posts_that_a_source_was_asked_for_are_counted_by_price(corpus: Corpus) -> None:
    for posts in (100, 50, -30):
        corpus.count_asked("x-api", 0.005, posts)
    corpus.count_asked("x-api", 0.01, 1)
    corpus.count_asked("other", 0.5, 0)
    assert corpus.asked() == [Asked("x-api", 0.005, 120), Asked("x-api", 0.01, 1)]
