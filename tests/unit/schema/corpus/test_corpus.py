"""The corpus: posts are stored and returned, transactions are atomic, and other files are refused."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from mnerctl.schema import Corpus, DataError
from support.corpora import HARD_TEXTS, made_post


def test_kept_posts_are_returned(tmp_path: Path) -> None:
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


def test_a_folder_without_a_corpus_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        Corpus.open(tmp_path / "corpus")
    assert caught.value.message == f"{tmp_path}/corpus: no corpus (corpus.db is not there)"
    assert caught.value.hint == f"mnerctl fetch urls.txt --corpus {tmp_path}/corpus"
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_not_a_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "corpus.db").write_bytes(b"not a database, but long enough to be read as one" * 9)
    with pytest.raises(DataError) as caught:
        Corpus.open(tmp_path)
    assert caught.value.message == f"{tmp_path}/corpus.db: file is not a database"


def test_a_corpus_of_a_later_format_is_refused(tmp_path: Path) -> None:
    with Corpus.open(tmp_path, create=True):
        pass
    with sqlite3.connect(tmp_path / "corpus.db") as database:
        database.execute("PRAGMA user_version = 999")
    database.close()
    with pytest.raises(DataError) as caught:
        Corpus.open(tmp_path)
    assert caught.value.message.startswith(f"{tmp_path}/corpus.db: corpus format 999;")
