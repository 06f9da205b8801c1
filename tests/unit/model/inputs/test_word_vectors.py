"""Files of word vectors: both formats, only the requested words, and every kind of damage."""

from __future__ import annotations

from pathlib import Path

import pytest

from mnerctl.model.inputs.word_vectors import read_vectors
from mnerctl.schema import DataError

GLOVE = "the 1 2 3\nParis .5 -1e-2 0\nrivers 7 8 9\nthe 4 4 4\n"
WORDS = {"Paris", "The", "absent"}
ROWS = {"the": [1.0, 2.0, 3.0], "Paris": [0.5, -0.01, 0.0]}


@pytest.mark.parametrize(
    "content",
    [
        GLOVE,
        f"4 3\n{GLOVE}",
        GLOVE.replace("\n", " \n"),
        GLOVE.replace("\n", "\r\n"),
        GLOVE.removesuffix("\n"),
        GLOVE + "New York 1 2 3\n",
        GLOVE.replace("rivers", "\ufffd"),
    ],
    ids=["glove", "word2vec", "space", "crlf", "no-end", "phrase", "odd"],
)
def test_only_the_requested_words_are_read(tmp_path: Path, content: str) -> None:
    path = tmp_path / "vectors.txt"
    path.write_bytes(content.encode())
    found = read_vectors(path, WORDS)
    assert (found.width, found.rows) == (3, ROWS)
    assert [found.spelling(word) for word in ("Paris", "The", "paris", "absent")] == [
        *("Paris", "the", None, None),
    ]


@pytest.mark.parametrize(
    ("content", "line", "fault"),
    [
        (b"", 1, "end of file; wanted a word and its numbers"),
        (b"3 2\n", 2, "end of file; wanted a word and its numbers"),
        (b"the 1 2\nParis 1\n", 2, "a word and 1 numbers; wanted 2 numbers"),
        (b"the 1 2\nParis 1 2 3\n", 2, "a word and 3 numbers; wanted 2 numbers"),
        (b"the 1 2\n\nParis 1 2\n", 2, "a word and 0 numbers; wanted 2 numbers"),
        (b"1 3\nthe 1 2\n", 2, "a word and 2 numbers; wanted 3 numbers"),
        (b"3 2\nthe 1 2\nParis 1 2\n", 3, "end of file after 2 vectors; wanted 3, as in line 1"),
        (b"the 1 2\nParis 1 x\n", 2, "'x'; wanted a number"),
        (b"the 1 2\nParis 1 nan\n", 2, "'nan'; wanted a number"),
        (b"the 1 inf\n", 1, "'inf'; wanted a number"),
        (b"PK\x03\x04 \xff\x00 \x01\n", 1, "'\\ufffd\\x00'; wanted a number"),
        (b"<html>\n", 1, "a word and 0 numbers; wanted some numbers"),
    ],
    ids=ascii,
)
def test_a_damaged_file_is_an_error_with_its_line(
    tmp_path: Path, content: bytes, line: int, fault: str
) -> None:
    path = tmp_path / "vectors.txt"
    path.write_bytes(content)
    with pytest.raises(DataError) as error:
        read_vectors(path, WORDS)
    assert error.value.message == f"{path}:{line}: {fault}"


@pytest.mark.parametrize(("name", "fault"), [("none", "No such file"), ("", "Is a directory")])
def test_a_file_that_cannot_be_read(tmp_path: Path, name: str, fault: str) -> None:
    with pytest.raises(DataError, match=fault):
        read_vectors(tmp_path / name, WORDS)
