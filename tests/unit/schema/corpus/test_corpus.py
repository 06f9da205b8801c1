"""The corpus store: posts, annotations, gold and images go in and come out as they were."""

from __future__ import annotations

import hashlib
import sqlite3
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mnerctl.schema import Annotation, Corpus, DataError, Gold, Span
from support.corpora import HARD_TEXTS, made_post


def test_posts_come_back(tmp_path: Path) -> None:
    posts = [made_post(str(number), text) for number, text in enumerate(HARD_TEXTS, start=1)]
    with Corpus.open(tmp_path / "corpus", create=True) as corpus:
        for post in posts:
            corpus.put_post(post)
            corpus.settle(post.id, "kept")
        corpus.put_post(made_post("99", "not kept"))
        corpus.settle("99", "gone")
    with Corpus.open(tmp_path / "corpus") as corpus:
        assert list(corpus.kept_posts()) == posts
        assert corpus.post("99") == made_post("99", "not kept")
        assert corpus.post("100") is None


def test_a_post_is_replaced(tmp_path: Path) -> None:
    with Corpus.open(tmp_path, create=True) as corpus:
        corpus.put_post(made_post("1", "first"))
        corpus.put_post(made_post("1", "second"))
        assert corpus.post("1") == made_post("1", "second")


def annotation(post_id: str, annotator: str, *, round: int = 1, end: int = 3) -> Annotation:
    return Annotation(
        post_id=post_id,
        annotator=annotator,
        text="Ada 👩🏽‍🚀",
        spans=(Span(0, end, "PER"),),
        round=round,
        at=datetime(2024, 5, 20, 12, tzinfo=UTC),
        evidence=((0, 1),),
        relevance=("helps", None),
    )


def test_annotations_come_back_by_post_annotator_and_round(tmp_path: Path) -> None:
    expected = [
        annotation("1", "ada"),
        annotation("1", "ada", round=2),
        annotation("1", "bob"),
        annotation("2", "ada"),
    ]
    with Corpus.open(tmp_path, create=True) as corpus:
        for one in reversed(expected):
            corpus.put_annotation(one)
        assert list(corpus.annotations()) == expected
        assert list(corpus.annotations("bob")) == [expected[2]]
        assert list(corpus.annotations("nobody")) == []
        corpus.put_annotation(annotation("1", "bob", end=2))
        assert list(corpus.annotations("bob")) == [annotation("1", "bob", end=2)]


def test_gold_comes_back(tmp_path: Path) -> None:
    gold = [
        Gold(post_id=id, text="Ada 👩🏽‍🚀", spans=(Span(0, 3, "PER"),), how="annotator:ada")
        for id in ("1", "2")
    ]
    with Corpus.open(tmp_path, create=True) as corpus:
        for one in (*gold, gold[0]):
            corpus.put_gold(one)
        assert list(corpus.gold()) == gold


def test_an_image_is_kept_once_under_its_hash(tmp_path: Path) -> None:
    content = bytes(range(256)) * 100
    with Corpus.open(tmp_path, create=True) as corpus:
        sha256 = corpus.put_image(content, "jpg")
        path = corpus.image_path(sha256, "jpg")
        first = path.stat()
        assert corpus.put_image(content, "jpg") == sha256 == hashlib.sha256(content).hexdigest()
    assert path == tmp_path / "images" / sha256[:2] / f"{sha256}.jpg"
    assert path.read_bytes() == content
    assert path.stat().st_mtime_ns == first.st_mtime_ns
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_a_transaction_is_all_or_nothing(tmp_path: Path) -> None:
    with Corpus.open(tmp_path, create=True) as corpus:
        with pytest.raises(KeyboardInterrupt), corpus.transaction():
            corpus.put_post(made_post("1", "one"))
            raise KeyboardInterrupt
        assert corpus.post("1") is None
        with corpus.transaction():
            corpus.put_post(made_post("1", "one"))
    with Corpus.open(tmp_path) as corpus:
        assert corpus.post("1") == made_post("1", "one")


def test_there_is_no_corpus(tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        Corpus.open(tmp_path / "corpus")
    assert caught.value.message == f"{tmp_path}/corpus: no corpus (corpus.db is not there)"
    assert caught.value.hint == f"mnerctl fetch urls.txt --corpus {tmp_path}/corpus"
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "corpus.db").write_bytes(b"not a database, but long enough to be read as one" * 9)
    with pytest.raises(DataError) as caught:
        Corpus.open(tmp_path)
    assert caught.value.message == f"{tmp_path}/corpus.db: file is not a database"


def test_a_corpus_of_a_later_format(tmp_path: Path) -> None:
    with Corpus.open(tmp_path, create=True):
        pass
    with sqlite3.connect(tmp_path / "corpus.db") as database:
        database.execute("PRAGMA user_version = 999")
    database.close()
    with pytest.raises(DataError) as caught:
        Corpus.open(tmp_path)
    assert caught.value.message.startswith(f"{tmp_path}/corpus.db: corpus format 999;")


def test_images_are_files_that_others_may_not_write(tmp_path: Path) -> None:
    with Corpus.open(tmp_path, create=True) as corpus:
        path = corpus.image_path(corpus.put_image(b"picture", "jpg"), "jpg")
    assert not path.stat().st_mode & (stat.S_IWGRP | stat.S_IWOTH)
