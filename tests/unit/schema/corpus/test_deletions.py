"""The corpus refuses every row of a removed post, by every writer and under every id of the post."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mnerctl.schema import Annotation, Corpus, DataError, Gold, InputLine, Post
from support.corpora import made_post
from support.pictures import jpeg

TEXT = "Zaphod Beeblebrox in Porto"
URL = "https://x.com/zaphod_b/status/{}"


def post(post_id: str, **changes: object) -> Post:
    return made_post(post_id, TEXT, images=()).model_copy(
        update={"url": URL.format(post_id)} | changes
    )


@pytest.fixture
def corpus(tmp_path: Path) -> Iterator[Corpus]:
    """A corpus in which post 7 is kept, and 9 is a retweet of it."""
    with Corpus.open(tmp_path / "corpus", create=True) as corpus:
        corpus.enter_lines([InputLine("urls.txt", n, URL.format(n), str(n)) for n in (7, 8, 9)])
        with corpus.transaction():
            corpus.put_post(post("7", edit_ids=("6", "7", "8")))
            corpus.settle("7", "kept")
            corpus.settle_same("9", "7", "a retweet of 7")
        yield corpus


def bury(corpus: Corpus) -> None:
    with corpus.transaction():
        corpus.bury("7", "withheld", "asked by @Zaphod_B")


def bytes_of(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


WRITERS: dict[str, Callable[[Corpus, str], None]] = {
    "post": lambda corpus, id: corpus.put_post(post(id)),
    "payload": lambda corpus, id: corpus.put_payload(id, "x-api", TEXT.encode()),
    "annotation": lambda corpus, id: corpus.put_annotation(
        Annotation(post_id=id, annotator="ada", text=TEXT, spans=())
    ),
    "gold": lambda corpus, id: corpus.put_gold(Gold(post_id=id, text=TEXT, spans=(), how="agreed")),
}


@pytest.mark.parametrize("id", ["7", "8", "9"])
@pytest.mark.parametrize("writer", WRITERS)
def test_no_row_comes_back(corpus: Corpus, writer: str, id: str) -> None:
    """An annotator's process has the corpus open while another one removes the post."""
    with Corpus.open(corpus.folder) as other:
        assert other.post("7") is not None
        bury(corpus)
        with pytest.raises(
            DataError, match=f"post {id} was removed from the corpus; nothing of it"
        ):
            WRITERS[writer](other, id)
        with (
            pytest.raises(DataError, match=f"post {id} was removed from the corpus while"),
            other.none_removed(["1", id]),
        ):
            pytest.fail("the block was entered")
    corpus.finish_burials()
    assert b"Beeblebrox" not in bytes_of(corpus.folder)


def test_what_resolves_to_a_removed_post_later_is_removed(corpus: Corpus) -> None:
    bury(corpus)
    corpus.finish_burials()
    with corpus.transaction():
        corpus.put_payload("10", "x-api", TEXT.encode())
        corpus.settle_same("10", "7", "a retweet of 7")
    assert corpus.payload("10", "x-api") is None
    assert corpus.unfinished_burials() == ["7"]


def test_no_name_of_the_author_is_left_also_when_the_input_is_entered_again(corpus: Corpus) -> None:
    lines = [InputLine("urls.txt", n, URL.format(n), str(n)) for n in (7, 8, 9)]
    lines.append(InputLine("ids.txt", 1, "7", "7"))
    bury(corpus)
    for _ in range(2):
        corpus.enter_lines(lines, replacing=["urls.txt", "ids.txt"])
        corpus.finish_burials()
        assert b"zaphod_b" not in bytes_of(corpus.folder).lower()
    (stone,) = corpus.tombstones()
    assert stone.reason == "asked by (the author)"
    (first,) = corpus.lines_with_fate("withheld")
    assert first.text == "7"
    texts = {line.text for line in corpus.lines_with_fate("duplicate")}
    assert texts == {f"https://x.com/i/web/status/{n}" for n in (7, 8, 9)}


def test_what_an_earlier_version_left_is_removed(corpus: Corpus) -> None:
    """Earlier versions let an import bring a text back, and kept the line as it was."""
    bury(corpus)
    corpus.finish_burials()
    with sqlite3.connect(corpus.folder / "corpus.db") as old:
        old.execute("INSERT INTO annotations VALUES ('7', 'ada', 1, ?)", (TEXT,))
        old.execute("UPDATE lines SET text = ? WHERE post_id = '9'", (URL.format(9),))
    old.close()
    assert (corpus.purge_removed(), corpus.unfinished_burials()) == (1, ["7"])
    corpus.finish_burials()
    left = bytes_of(corpus.folder)
    assert b"Beeblebrox" not in left and b"zaphod_b" not in left
    assert (corpus.purge_removed(), corpus.unfinished_burials()) == (0, [])


def test_pictures_of_a_post_that_was_not_settled_are_deleted(corpus: Corpus) -> None:
    """A fetch was killed after it stored a picture and before the post named it."""
    sha256 = corpus.put_image(jpeg(1), "jpg")
    assert corpus.unfinished_pictures() == {}
    bury(corpus)
    assert corpus.unfinished_pictures() == {sha256: "jpg"}
    corpus.finish_burials()
    assert not corpus.image_path(sha256, "jpg").exists()
