"""The published MNER-MI layout: every oddity is a row, and files are read as they were written."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given

from mnerctl.schema import DataError, Problem, Record, Release
from mnerctl.schema.formats.mner_mi import image_file, read_mner_mi, write_mner_mi
from support.published import MNER_MI_LINE, mner_mi_folder, mner_mi_line
from support.record_strategies import record_lists, records

DEEP = '{"id": ' + "[" * 100_000 + "]" * 100_000 + "}"


def train_rows(folder: Path, *lines: str | bytes) -> tuple[list[Record], list[Problem]]:
    """Return the records and rows of a train file with these lines; `where` is only the line number."""
    splits, problems = read_mner_mi(mner_mi_folder(folder, train=lines))
    path = folder / "text" / "MNER-MI_train.txt"
    return list(splits["train"]), [_at_line(problem, path) for problem in problems]


def _at_line(problem: Problem, path: Path) -> Problem:
    def shortened(text: str) -> str:
        return text.replace(f"{path}:", "")

    return Problem(
        problem.level,
        problem.rule,
        shortened(problem.where),
        problem.found,
        problem.wanted,
        shortened(problem.detail),
    )


def test_a_line_without_problems(tmp_path: Path) -> None:
    records, problems = train_rows(tmp_path, mner_mi_line(id="7"))
    assert problems == []
    assert records == [
        Record(
            id="7",
            text=("Michael", "Jordan", "in", "Paris"),
            label=("B-PER", "I-PER", "O", "B-LOC"),
            images=("1_0.jpg", "1_1.jpg"),
            url="https://twitter.com/a/status/1",
        )
    ]


ODDITIES: dict[str, tuple[list[str | bytes], list[Problem], int]] = {
    "a number as id": (
        [mner_mi_line(id="a"), mner_mi_line(id=7), mner_mi_line(id=8)],
        [Problem("note", "id-type", "2", "an id that is a number", "a string", "2 times")],
        3,
    ),
    "MIS": (
        [
            mner_mi_line(id="a"),
            mner_mi_line(id="b", label=["B-MIS", "I-MIS", "O", "O"]),
            mner_mi_line(id="c", label=["B-OTHER", "O", "O", "B-mis"]),
        ],
        [
            Problem("note", "label-alias", "2", "MIS", "MISC", "2 times"),
            Problem("note", "label-alias", "3", "OTHER", "MISC", "1 times"),
            Problem("note", "label-alias", "3", "mis", "MISC", "1 times"),
        ],
        3,
    ),
    "a Python literal": (
        [mner_mi_line(id="a"), repr(MNER_MI_LINE | {"id": "b", "url": "it's"})],
        [Problem("note", "python-literal", "2", "a Python literal", "JSON", "1 times")],
        2,
    ),
    "a Python literal with a stray backslash": (
        [repr(MNER_MI_LINE | {"id": "b"}).replace("Paris", r"\Paris")],
        [Problem("note", "python-literal", "1", "a Python literal", "JSON", "1 times")],
        1,
    ),
    "a blank line": (
        [mner_mi_line(id="a"), "", "  ", mner_mi_line(id="b")],
        [Problem("note", "blank-line", "2", "a blank line", "one object per line", "2 times")],
        2,
    ),
    "a byte-order mark": (
        [b"\xef\xbb\xbf" + mner_mi_line(id="a").encode()],
        [Problem("note", "byte-order-mark", "1", "a mark", "plain UTF-8")],
        1,
    ),
    "CRLF": (
        [mner_mi_line(id="a") + "\r", mner_mi_line(id="b") + "\r"],
        [Problem("note", "line-ends", "1", "2 lines end in CRLF", "LF")],
        2,
    ),
    "an orphan I-": (
        [mner_mi_line(id="a"), mner_mi_line(id="b", label=["O", "I-PER", "I-PER", "I-LOC"])],
        [
            Problem("warning", "bio", "2 token 1", "I-PER", "valid IOB2", "read as B-PER"),
            Problem("warning", "bio", "2 token 3", "I-LOC", "valid IOB2", "read as B-LOC"),
        ],
        2,
    ),
    "letters of another scheme": (
        [mner_mi_line(id="a", label=["B-PER", "E-PER", "O", "S-LOC"])],
        [
            Problem("warning", "bio", "1 token 1", "E-PER", "valid IOB2", "read as I-PER"),
            Problem("warning", "bio", "1 token 3", "S-LOC", "valid IOB2", "read as B-LOC"),
        ],
        1,
    ),
    "a repeated id": (
        [mner_mi_line(id="a"), mner_mi_line(id="b"), mner_mi_line(id="a")],
        [Problem("warning", "id-unique", "3", "id a again", "each id once", "first at 1")],
        3,
    ),
    "the same id, as a number and a string": (
        [mner_mi_line(id=7), mner_mi_line(id="7")],
        [
            Problem("warning", "id-unique", "2", "id 7 again", "each id once", "first at 1"),
            Problem("note", "id-type", "1", "an id that is a number", "a string", "1 times"),
        ],
        2,
    ),
    "tokens with white space, and blank tokens": (
        [mner_mi_line(id="a", text=["New York", "a\u00a0b", "", "\n"])],
        [
            Problem("warning", "token", f"1 token {at}", found, "a token without white space")
            for at, found in enumerate(["'New York'", r"'a\xa0b'", "''", r"'\n'"])
        ],
        1,
    ),
    "no images": (
        [mner_mi_line(id="a", images=[])],
        [Problem("warning", "image-count", "1", "0 images", "1 to 4")],
        1,
    ),
    "five images": (
        [mner_mi_line(id="a", images=[f"{i}.jpg" for i in range(5)])],
        [Problem("warning", "image-count", "1", "5 images", "1 to 4")],
        1,
    ),
    "an image twice": (
        [mner_mi_line(id="a", images=["x.jpg", "x.jpg"])],
        [Problem("warning", "image-twice", "1", "x.jpg x.jpg", "each image once")],
        1,
    ),
    "a length mismatch": (
        [mner_mi_line(id="a"), mner_mi_line(id="b", label=["O", "O", "O"])],
        [Problem("error", "label-count", "2", "3 labels", "one for each of 4 tokens")],
        1,
    ),
    "an unknown label": (
        [mner_mi_line(id="a"), mner_mi_line(id="b", label=["O", "B-GPE", "O", "O"])],
        [Problem("error", "label", "2", "B-GPE", "O, or B- or I- with PER, LOC, ORG or MISC")],
        1,
    ),
    "a label without a type": (
        [mner_mi_line(id="a", label=["O", "B", "O", "O"])],
        [Problem("error", "label", "1", "B", "O, or B- or I- with PER, LOC, ORG or MISC")],
        0,
    ),
    "an image with a path": (
        [mner_mi_line(id="a"), mner_mi_line(id="b", images=["../x.jpg"])],
        [
            Problem(
                "error",
                "image-name",
                "2",
                "image '../x.jpg'",
                "a plain file name, without a folder",
            )
        ],
        1,
    ),
    "no tokens": (
        [mner_mi_line(id="a", text=[], label=[])],
        [
            Problem(
                "error",
                "record-text",
                "1",
                "text = ()",
                "Tuple should have at least 1 item after validation, not 0",
            )
        ],
        0,
    ),
    "a corrupt line": (
        [mner_mi_line(id="a"), mner_mi_line(id="b")[:-10], mner_mi_line(id="c")],
        [
            Problem(
                "error",
                "json",
                "2",
                "Unterminated string starting at at column 143",
                "one JSON object per line",
            )
        ],
        2,
    ),
    "code": (
        ["__import__('os').abort()"],
        [Problem("error", "json", "1", "Expecting value at column 1", "one JSON object per line")],
        0,
    ),
    "deep nesting": (
        [DEEP],
        [Problem("error", "json", "1", "nested deeper than 100", "one JSON object per line")],
        0,
    ),
    "not an object": (
        ["[1, 2]"],
        [
            Problem(
                "error",
                "record-record",
                "1",
                "record = [1, 2]",
                "Input should be a valid dictionary or instance of _Line",
            )
        ],
        0,
    ),
    "a missing field": (
        ['{"id": "a", "text": ["x"], "images": ["1.jpg"]}'],
        [
            Problem(
                "error",
                "record-label",
                "1",
                "label = {'id': 'a', 'text': ['x'], 'images': ['1.jpg']}",
                "Field required",
            )
        ],
        0,
    ),
    "half a surrogate pair": (
        [mner_mi_line(id="a").replace("Paris", r"\ud83d")],
        [
            Problem(
                "error",
                "surrogate",
                "1",
                r"'\ud83d'",
                "text without half a surrogate pair",
            )
        ],
        0,
    ),
    "bytes that are not UTF-8": (
        [mner_mi_line(id="a"), b'{"id": "caf\xe9"}', mner_mi_line(id="b")],
        [Problem("error", "utf-8", "2", "byte 0xe9 at column 12", "UTF-8")],
        2,
    ),
}


@pytest.mark.parametrize(("lines", "rows", "kept"), ODDITIES.values(), ids=ODDITIES)
@pytest.mark.filterwarnings("error")
def test_every_oddity_is_a_row(
    tmp_path: Path, lines: list[str | bytes], rows: list[Problem], kept: int
) -> None:
    records, problems = train_rows(tmp_path, *lines)
    assert problems == rows
    assert len(records) == kept


def test_unicode_line_separators_do_not_end_a_line(tmp_path: Path) -> None:
    records, problems = train_rows(tmp_path, mner_mi_line(id="a", url="x\u2028\x0b\x85y"))
    assert [record.url for record in records] == ["x\u2028\x0b\x85y"]
    assert problems == []


def test_ids_are_unique_over_splits(tmp_path: Path) -> None:
    mner_mi_folder(tmp_path, train=[mner_mi_line(id="a")], test=[mner_mi_line(id="a")])
    _, problems = read_mner_mi(tmp_path)
    text = tmp_path / "text"
    assert problems == [
        Problem(
            "warning",
            "id-unique",
            f"{text}/MNER-MI_test.txt:1",
            "id a again",
            "each id once",
            f"first at {text}/MNER-MI_train.txt:1",
        )
    ]


@pytest.mark.parametrize("name", ["train", "val", "test"])
def test_a_missing_split(tmp_path: Path, name: str) -> None:
    mner_mi_folder(tmp_path, **{name: None})
    with pytest.raises(DataError) as caught:
        Release.load(tmp_path)
    text = tmp_path / "text"
    assert caught.value.message == (
        f"{text}/MNER-MI_{name}.txt: missing; the published MNER-MI has train, val and test"
    )
    assert caught.value.hint == (
        f"ls {text}    # then complete the folder, or give the folder that holds text/"
    )


def test_loading_refuses_errors_and_reports_all_rows(tmp_path: Path) -> None:
    mner_mi_folder(tmp_path, val=[mner_mi_line(id="a"), "{", mner_mi_line(id=1)])
    with pytest.raises(DataError) as caught:
        Release.load(tmp_path)
    place = f"{tmp_path}/text/MNER-MI_val.txt:2"
    assert caught.value.message == (
        f"{tmp_path}: 1 error in its files; the first: {place}:"
        " Expecting property name enclosed in double quotes at column 2;"
        " wanted one JSON object per line"
    )
    assert [problem.rule for problem in caught.value.problems] == ["json", "id-unique", "id-type"]


def test_images_of_both_corpora(tmp_path: Path) -> None:
    assert image_file(tmp_path, "1_0.jpg") == tmp_path / "images" / "1_0.jpg"
    assert image_file(tmp_path, "twitter2017-O_538.jpg") == (
        tmp_path / "twitter2017_images" / "O_538.jpg"
    )


def test_the_path_of_a_file_selects_the_merged_corpus(tmp_path: Path) -> None:
    mner_mi_folder(tmp_path)
    mner_mi_folder(tmp_path, part="MNER-UNI", test=[mner_mi_line(id="u")])
    assert Release.load(tmp_path).name == "MNER-MI"
    merged = Release.load(tmp_path / "text" / "MNER-UNI_val.txt")
    assert (merged.name, merged.folder) == ("MNER-MI-Plus", tmp_path)
    assert [record.id for record in merged.splits["test"]] == ["u"]


@given(record_lists(records()))
def test_records_are_read_as_they_were_written(written: list[Record]) -> None:
    with TemporaryDirectory() as folder:
        splits = {"train": written, "dev": [], "test": []}
        write_mner_mi(Path(folder), splits)  # type: ignore[arg-type]
        read, problems = read_mner_mi(Path(folder))
    assert list(read["train"]) == written
    assert {problem.rule for problem in problems} <= {"id-type", "label-alias"}


def test_lines_are_written_as_published(tmp_path: Path) -> None:
    fields: dict[str, Any] = {"text": ("é",), "label": ("B-MISC",), "images": ("1.jpg",)}
    ids = ["12", "012", "x", "٣"]
    written = [Record(id=id, **fields, origin="MNER-MI") for id in ids]
    write_mner_mi(tmp_path, {"dev": written})
    lines = (tmp_path / "text" / "MNER-MI_val.txt").read_text(encoding="utf-8").splitlines()
    assert (
        lines[0] == '{"id": 12, "text": ["é"], "images": ["1.jpg"], "label": ["B-MIS"], "url": ""}'
    )
    assert [json.loads(line)["id"] for line in lines] == [12, "012", "x", "٣"]
