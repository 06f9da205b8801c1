"""The CoNLL layout of Twitter-2015/2017: every oddity is a row, and files are read as they were written."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given

from mnerctl.schema import DataError, Problem, Record, Release
from mnerctl.schema.formats.conll import read_conll, read_twitter, write_twitter
from mnerctl.schema.formats.label_names import LabelNames
from support.published import twitter_folder
from support.record_strategies import file_ids, record_lists, records

ADA = ["IMGID:7", "Ada\tB-PER", "in\tO", "Rome\tB-LOC", ""]
NO_TOKENS = "Tuple should have at least 1 item after validation, not 0"


def rows_of(folder: Path, lines: list[str | bytes]) -> tuple[list[Record], list[Problem]]:
    """Return the records and rows of a file with these lines; `where` is only the line number."""
    path = twitter_folder(folder, train=lines) / "train.txt"
    problems: list[Problem] = []
    found = list(read_conll(path, problems, {}, [], LabelNames()))
    assert all(problem.where.startswith(f"{path}:") for problem in problems)
    return found, [
        Problem(
            p.level,
            p.rule,
            p.where.removeprefix(f"{path}:"),
            p.found,
            p.wanted,
            p.detail.replace(f"{path}:", ""),
        )
        for p in problems
    ]


def test_a_file_without_problems(tmp_path: Path) -> None:
    records, problems = rows_of(tmp_path, [*ADA, "IMGID:O_8", "#\tO", "NBA\tB-ORG", ""])
    assert problems == []
    assert records == [
        Record(
            id="7",
            text=("Ada", "in", "Rome"),
            label=("B-PER", "O", "B-LOC"),
            images=("7.jpg",),
        ),
        Record(id="O_8", text=("#", "NBA"), label=("O", "B-ORG"), images=("O_8.jpg",)),
    ]


ODDITIES: dict[str, tuple[list[str | bytes], list[Problem], list[str]]] = {
    "other type names": (
        [*ADA, "IMGID:8", "X\tB-OTHER", "y\tB-MIS", "z\tI-MIS"],
        [
            Problem("note", "label-alias", "6", "OTHER", "MISC", "1 times"),
            Problem("note", "label-alias", "6", "MIS", "MISC", "2 times"),
        ],
        ["B-PER O B-LOC", "B-MISC B-MISC I-MISC"],
    ),
    "an orphan I- among IOB2": (
        [*ADA, "IMGID:8", "a\tO", "b\tI-PER", ""],
        [Problem("warning", "bio", "8", "I-PER", "valid IOB2", "read as B-PER")],
        ["B-PER O B-LOC", "O B-PER"],
    ),
    "IOB1": (
        ["IMGID:8", "a\tI-PER", "b\tI-PER", "c\tB-PER", "d\tI-LOC"],
        [Problem("note", "scheme", "1", "IOB1", "IOB2", "read as such")],
        ["B-PER I-PER B-PER B-LOC"],
    ),
    "BIOES": (
        ["IMGID:8", "a\tB-PER", "b\tE-PER", "c\tS-LOC", "d\tE-LOC"],
        [
            Problem("note", "scheme", "1", "BIOES", "IOB2", "read as such"),
            Problem("warning", "bio", "5", "E-LOC", "valid BIOES", "read as B-LOC"),
        ],
        ["B-PER I-PER B-LOC B-LOC"],
    ),
    "a byte-order mark and CRLF": (
        [b"\xef\xbb\xbfIMGID:7\r", "Ada\tB-PER\r", "\r"],
        [
            Problem("note", "byte-order-mark", "1", "a mark", "plain UTF-8"),
            Problem("note", "line-ends", "1", "3 lines end in CRLF", "LF"),
        ],
        ["B-PER"],
    ),
    "extra empty lines": (
        ["", *ADA, "", " \t", "IMGID:8", "a\tO"],
        [
            Problem(
                "note", "blank-line", "1", "an extra empty line between tweets", "one", "3 times"
            )
        ],
        ["B-PER O B-LOC", "O"],
    ),
    "no empty line": (
        [*ADA[:-1], "IMGID:8", "a\tO"],
        [Problem("note", "blank-line", "5", "no empty line before a tweet", "one", "1 times")],
        ["B-PER O B-LOC", "O"],
    ),
    "a repeated id": (
        [*ADA, *ADA],
        [Problem("warning", "id-unique", "6", "id 7 again", "each id once", "first at 1")],
        ["B-PER O B-LOC", "B-PER O B-LOC"],
    ),
    "tokens with white space, and blank tokens": (
        ["IMGID:7", "New York\tO", "\tO", "a\tb\tO"],
        [
            Problem("warning", "token", "2", "'New York'", "a token without white space"),
            Problem("warning", "token", "3", "''", "a token without white space"),
            Problem("warning", "token", "4", r"'a\tb'", "a token without white space"),
        ],
        ["O O O"],
    ),
    "no tab": (
        ["IMGID:7", "Ada B-PER", "in\tO"],
        [Problem("error", "conll", "2", "Ada B-PER", "token, TAB, tag")],
        ["O"],
    ),
    "tokens outside a tweet": (
        [*ADA, "Ada\tB-PER"],
        [Problem("error", "conll", "6", "Ada\tB-PER", "IMGID:<id> before the tokens")],
        ["B-PER O B-LOC"],
    ),
    "an unknown label": (
        [*ADA, "IMGID:8", "a\tO", "b\tB-GPE"],
        [Problem("error", "label", "6", "B-GPE", "O, or B- or I- with PER, LOC, ORG or MISC")],
        ["B-PER O B-LOC"],
    ),
    "no tag": (
        ["IMGID:8", "a\t"],
        [Problem("error", "label", "1", "", "O, or B- or I- with PER, LOC, ORG or MISC")],
        [],
    ),
    "a tweet without tokens": (
        ["IMGID:8", "", *ADA],
        [Problem("error", "record-text", "1", "text = ()", NO_TOKENS)],
        ["B-PER O B-LOC"],
    ),
    "an image with a path": (
        ["IMGID:../8", "a\tO"],
        [
            Problem(
                "error",
                "image-name",
                "1",
                "image '../8.jpg'",
                "a plain file name, without a folder",
            )
        ],
        [],
    ),
    "no image": (
        ["IMGID: ", "a\tO"],
        [Problem("error", "record-id", "1", "id = ''", "String should have at least 1 character")],
        [],
    ),
    "bytes that are not UTF-8": (
        ["IMGID:7", b"caf\xe9\tO", "in\tO"],
        [Problem("error", "utf-8", "2", "byte 0xe9 at column 4", "UTF-8")],
        ["O"],
    ),
}


@pytest.mark.parametrize(("lines", "rows", "labels"), ODDITIES.values(), ids=ODDITIES)
def test_every_oddity_is_a_row(
    tmp_path: Path, lines: list[str | bytes], rows: list[Problem], labels: list[str]
) -> None:
    records, problems = rows_of(tmp_path, lines)
    assert problems == rows
    assert [" ".join(record.label) for record in records] == labels


@pytest.mark.parametrize("name", ["train", "valid", "test"])
def test_a_missing_split(tmp_path: Path, name: str) -> None:
    twitter_folder(tmp_path, **{name: None})
    with pytest.raises(DataError) as caught:
        Release.load(tmp_path)
    assert caught.value.message == (
        f"{tmp_path}/{name}.txt: missing; Twitter-2015 and Twitter-2017 have train, valid and test"
    )
    assert caught.value.hint == (
        f"ls {tmp_path}    # then complete the folder, or give the folder that holds {name}.txt"
    )


def test_ids_are_unique_over_splits(tmp_path: Path) -> None:
    twitter_folder(tmp_path, test=["IMGID:1", "a\tO"])
    _, problems = read_twitter(tmp_path)
    assert problems == [
        Problem(
            "warning",
            "id-unique",
            f"{tmp_path}/test.txt:1",
            "id 1 again",
            "each id once",
            f"first at {tmp_path}/train.txt:1",
        )
    ]


@given(record_lists(records(ids=file_ids, most_images=1)))
def test_records_are_read_as_they_were_written(written: list[Record]) -> None:
    with TemporaryDirectory() as folder:
        write_twitter(Path(folder), {"train": [], "dev": written, "test": []})
        read, problems = read_twitter(Path(folder))
    assert list(read["dev"]) == written
    assert problems == []


def test_comment_lines_have_id_url_and_images(tmp_path: Path) -> None:
    head = ["# id = 7", "# url = https://x.com/a/status/7", "# images = 7_0.jpg 7_1.png"]
    quoted = ['# id = "a b"', "# url =", '# images = "c d.jpg"', "#\tO", ""]
    records, problems = rows_of(tmp_path, [*head, "Ada\tB-PER", "# hash = 1\tO", "", *quoted])
    assert [(p.rule, p.where, p.found) for p in problems] == [("token", "5", "'# hash = 1'")]
    assert records == [
        Record(
            id="7",
            text=("Ada", "# hash = 1"),
            label=("B-PER", "O"),
            images=("7_0.jpg", "7_1.png"),
            url="https://x.com/a/status/7",
        ),
        Record(id="a b", text=("#",), label=("O",), images=("c d.jpg",)),
    ]


@pytest.mark.parametrize("line", ["# url = x", "# images = x.jpg", "# note = x", '# id = "\\q"'])
def test_a_comment_without_a_tweet_is_an_error(tmp_path: Path, line: str) -> None:
    records, problems = rows_of(tmp_path, [line, *ADA])
    assert [(p.level, p.rule, p.where) for p in problems] == [("error", "conll", "1")]
    assert [record.id for record in records] == ["7"]


def test_an_image_outside_the_folder_is_refused(tmp_path: Path) -> None:
    records, problems = rows_of(tmp_path, ["# id = 7", "# images = ../7.jpg", "Ada\tB-PER", ""])
    assert records == []
    assert [(p.level, p.rule) for p in problems] == [("error", "image-name")]
