"""A removed post leaves its id, a reason and a date, and none of its bytes in any file of the corpus."""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from mnerctl.schema import Annotation, Corpus, Gold, Image, InputLine, PartlyDone, Post, Span
from support.pictures import jpeg

TEXT = "Zaphod Beeblebrox 👩🏽‍🚀 was in Porto"


def image(corpus: Corpus, content: bytes, position: int = 0) -> Image:
    sha256 = corpus.put_image(content, "jpg")
    return Image(position=position, status="ok", sha256=sha256, media_type="image/jpeg")


def keep(corpus: Corpus, post_id: str, text: str, *pictures: bytes) -> Post:
    """Store a kept post with an annotation and gold."""
    images = tuple(image(corpus, content, place) for place, content in enumerate(pictures))
    url = f"https://x.com/i/web/status/{post_id}"
    post = Post(id=post_id, url=url, text_raw=text, text=text, images=images, source="x-api")
    corpus.enter_lines([InputLine("urls.txt", int(post_id), url, post_id)])
    with corpus.transaction():
        corpus.put_post(post)
        corpus.put_payload(post_id, "x-api", f'{{"text": "{text}"}}'.encode())
        corpus.put_annotation(
            Annotation(post_id=post_id, annotator="ada", text=text, spans=(Span(0, 1, "PER"),))
        )
        corpus.put_gold(Gold(post_id=post_id, text=text, spans=(), how="agreed"))
        corpus.settle(post_id, "kept")
    return post


def bytes_of(folder: Path) -> bytes:
    """Return the bytes of all files."""
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


@pytest.fixture
def corpus(tmp_path: Path) -> Iterator[Corpus]:
    with Corpus.open(tmp_path / "corpus", create=True) as corpus:
        yield corpus


def test_only_the_tombstone_is_left(corpus: Corpus) -> None:
    gone = keep(corpus, "7", TEXT, jpeg(1), jpeg(2))
    stays = keep(corpus, "8", "Ada in Porto", jpeg(2), jpeg(3))
    payload = zlib.compress(f'{{"text": "{TEXT}"}}'.encode())
    for trace in (b"Beeblebrox", payload, jpeg(1)):
        assert trace in bytes_of(corpus.folder)
    with corpus.transaction():
        corpus.bury("7", "gone", "Not Found")
    corpus.finish_burials()
    for trace in (b"Beeblebrox", payload, jpeg(1), str(gone.images[0].sha256).encode()):
        assert trace not in bytes_of(corpus.folder)
    (stone,) = corpus.tombstones()
    assert stone._replace(at="") == ("7", "gone", "Not Found", "", "kept")
    assert corpus.line_fates() == {"kept": 1, "gone": 1}
    assert (corpus.post("7"), corpus.payload("7", "x-api")) == (None, None)
    assert list(corpus.kept_posts()) == [stays]
    assert {one.post_id for one in corpus.annotations()} == {"8"}
    assert [one.post_id for one in corpus.gold()] == ["8"]
    for one, content in zip(stays.images, (jpeg(2), jpeg(3)), strict=True):
        assert corpus.image_path(str(one.sha256), "jpg").read_bytes() == content


def test_a_picture_is_deleted_with_the_last_post_that_has_it(corpus: Corpus) -> None:
    first = keep(corpus, "7", "a", jpeg(1))
    keep(corpus, "8", "b", jpeg(1))
    path = corpus.image_path(str(first.images[0].sha256), "jpg")
    for post_id, is_there in (("7", True), ("8", False)):
        with corpus.transaction():
            corpus.bury(post_id, "protected", "")
        corpus.finish_burials()
        assert path.exists() == is_there


def test_the_payload_of_a_retweet_is_deleted_with_its_original(corpus: Corpus) -> None:
    keep(corpus, "7", "a")
    corpus.enter_lines([InputLine("more.txt", 1, "9", "9")])
    with corpus.transaction():
        corpus.put_payload("9", "x-api", f"RT @a: {TEXT}".encode())
        corpus.settle_same("9", "7", "a retweet of 7")
        corpus.bury("7", "gone", "")
    assert corpus.payload("9", "x-api") is None
    assert corpus.line_fates() == {"gone": 1, "duplicate": 1}


def test_an_interrupted_burial_is_finished_later(tmp_path: Path) -> None:
    with Corpus.open(tmp_path, create=True) as corpus:
        keep(corpus, "7", TEXT, jpeg(1))
        with corpus.transaction():
            corpus.bury("7", "gone", "")
        assert corpus.unfinished_burials() == ["7"]
    assert jpeg(1) in bytes_of(tmp_path)
    with Corpus.open(tmp_path) as corpus:
        corpus.finish_burials()
        assert corpus.unfinished_burials() == []
        assert jpeg(1) not in bytes_of(tmp_path) and b"Beeblebrox" not in bytes_of(tmp_path)


def test_another_reader_stops_the_burial_until_it_closes(tmp_path: Path) -> None:
    with Corpus.open(tmp_path, create=True) as corpus:
        keep(corpus, "7", TEXT)
        corpus._db.execute("PRAGMA busy_timeout = 50")
        reader = sqlite3.connect(tmp_path / "corpus.db", isolation_level=None)
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM posts").fetchone()
        with corpus.transaction():
            corpus.bury("7", "gone", "")
        with pytest.raises(PartlyDone, match="another process reads the corpus"):
            corpus.finish_burials()
        reader.close()
        corpus.finish_burials()
        assert b"Beeblebrox" not in bytes_of(tmp_path)


def test_a_trial_changes_nothing(corpus: Corpus) -> None:
    keep(corpus, "7", TEXT)
    before = list(corpus._db.iterdump())
    with corpus.trial():
        corpus.bury("7", "gone", "")
        assert len(corpus.tombstones()) == 1
    assert list(corpus._db.iterdump()) == before
