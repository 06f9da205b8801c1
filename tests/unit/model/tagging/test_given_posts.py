"""Posts that a user gives: exact offsets for any text, rows for odd lines, and pictures by their names."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mnerctl.model.tagging.given_posts import GivenPosts, posts_of_texts, read_posts
from mnerctl.model.tagging.predictions_file import prediction_line, write_lines
from mnerctl.model.tagging.scored_span import ScoredSpan
from mnerctl.schema import DataError, Record, Span
from mnerctl.schema.tokens import tokenize
from support.checkout import ROOT
from support.corpora import HARD_TEXTS

ODD = (
    "Ada",
    " ",
    "\u00a0",
    "👩🏽‍🚀",
    "🇫🇷",
    "\u202e",
    "\u200f",
    "שלום",
    "مرحبا",
    "\u200b",
    "\ufe0f",
    "e\u0301",
    "&amp;",
)
TEXTS = st.lists(st.sampled_from(ODD) | st.characters(exclude_categories=["Cs"]), max_size=12).map(
    "".join
)
ONE_LINE = TEXTS.map(lambda text: "".join(char for char in text if char not in "\r\n"))


def records(given: GivenPosts) -> list[Record]:
    return list(given.release.records())


def faults(given: GivenPosts) -> list[tuple[str, str]]:
    return [(one.rule, one.where.rpartition("/")[2]) for one in given.release.problems]


def written(folder: Path, *lines: object, name: str = "posts.jsonl") -> Path:
    path = folder / name
    texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    path.write_text("".join(f"{text}\n" for text in texts), encoding="utf-8")
    return path


@settings(max_examples=80)
@given(TEXTS, st.data())
def test_offsets_count_the_text_as_it_stands(text: str, data: st.DataObject) -> None:
    """Each span of tokens is that piece of the given text, whatever is in it."""
    given = posts_of_texts([text], None)
    if not tokenize(text):
        assert (records(given), given.without_words) == ([], 1)
        return
    (record,) = records(given)
    assert (record.id, record.raw) == ("1", text)
    start = data.draw(st.integers(0, len(record.text) - 1))
    end = data.draw(st.integers(start + 1, len(record.text)))
    found = [ScoredSpan(Span(start, end, "PER"), 0.5)]
    line = prediction_line(record, found, unit="code_points", has_text=True)
    (span,) = line["spans"]
    assert line["text"] == text and line["tokens"] == list(record.text)
    assert text[span["start"] : span["end"]] == span["text"]
    assert record.offsets is not None
    assert (span["start"], span["end"]) == (record.offsets[start][0], record.offsets[end - 1][1])


@settings(max_examples=30)
@given(st.lists(ONE_LINE, min_size=1, max_size=4))
def test_a_text_file_and_json_lines_give_the_same_posts(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str]
) -> None:
    folder = tmp_path_factory.getbasetemp()
    if texts[0].startswith("\ufeff"):
        texts[0] = texts[0].lstrip("\ufeff")  # a mark of the byte order belongs to the file
    path = folder / "posts.txt"
    path.write_bytes("".join(f"{text}\n" for text in texts).encode())
    as_text = read_posts(path, None)
    lines = [{"text": text} for text in texts]
    as_json = read_posts(written(folder, *lines), None)
    of_list = posts_of_texts(texts, None)
    assert records(as_text) == records(as_json) == records(of_list)
    assert as_text.without_words == as_json.without_words == of_list.without_words
    write_lines(folder / "out.jsonl", [{"text": one.raw} for one in records(as_text)])
    back = (folder / "out.jsonl").read_bytes().decode().split("\n")[:-1]
    assert [json.loads(line)["text"] for line in back] == [one.raw for one in records(as_text)]


@pytest.mark.parametrize("text", HARD_TEXTS)
def test_hard_texts(text: str) -> None:
    for record in records(posts_of_texts([text], None)):
        assert record.raw == text and record.offsets is not None
        pieces = tuple(text[start:end] for start, end in record.offsets)
        assert pieces == record.text == tuple(token.text for token in tokenize(text))


ADA = ("Ada", "in", "Rome")
FORMS: dict[str, tuple[dict[str, Any], tuple[str, tuple[str, ...], tuple[int, ...]]]] = {
    "a text": ({"text": "Ada in Rome"}, ("Ada in Rome", ADA, (0, 4, 7))),
    "tokens": ({"tokens": [*ADA]}, ("Ada in Rome", ADA, (0, 4, 7))),
    "both": ({"text": "Ada\u00a0 inRome", "tokens": [*ADA]}, ("Ada\u00a0 inRome", ADA, (0, 5, 7))),
    "a record of a release": (
        {"text": [*ADA], "raw": " Ada in  Rome", "label": ["O"] * 3, "url": "x", "id": "7"},
        (" Ada in  Rome", ADA, (1, 5, 9)),
    ),
    "a record of a published corpus": ({"text": [*ADA], "id": 7}, ("Ada in Rome", ADA, (0, 4, 7))),
}


@pytest.mark.parametrize(("line", "wanted"), FORMS.values(), ids=FORMS)
def test_forms_of_a_line(tmp_path: Path, line: dict[str, Any], wanted: tuple[Any, ...]) -> None:
    (record,) = records(read_posts(written(tmp_path, line), None))
    starts = tuple(start for start, _ in record.offsets or ())
    assert (record.raw, record.text, starts) == wanted
    assert record.id == str(line.get("id", 1))


def test_the_lines_of_the_page_are_read(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "how-to" / "predict.md").read_text(encoding="utf-8")
    block = page.partition("can say more:\n\n```json\n")[2].partition("```")[0]
    first, second = records(read_posts(written(tmp_path, *block.splitlines()), None))
    assert (first.id, first.images, second.id) == ("42", ("a.jpg", "b.jpg"), "43")
    assert first.text == second.text == ("Jordan", "wins", "again")


ODD_LINES: dict[str, tuple[object, str]] = {
    "no JSON": ("{", "json"),
    "NaN": ('{"text": "a", "id": NaN}', "json"),
    "too deep": ('{"text": ' + "[" * 500 + "]" * 500 + "}", "json"),
    "a list": ([1], "post-post"),
    "a number for a text": ({"text": 5}, "post-text"),
    "a truth value for an id": ({"text": "a", "id": True}, "post-id"),
    "no text": ({"id": "x"}, "post-text"),
    "an empty id": ({"text": "a", "id": ""}, "record-id"),
    "half a surrogate pair": ('{"text": "a \\ud800"}', "surrogate"),
    "a text that is too long": ({"text": "a" * 100_001}, "post-length"),
    "a token that is not there": ({"text": "Ada in Rome", "tokens": ["Ada", "on"]}, "post-tokens"),
    "letters between tokens": ({"text": "Ada in Rome", "tokens": ["Ada", "Rome"]}, "post-tokens"),
    "an empty token": ({"tokens": ["Ada", ""]}, "post-tokens"),
    "a picture elsewhere": ({"text": "a", "images": ["../x.jpg"]}, "image-name"),
    "a number for a picture": ({"text": "a", "images": [5]}, "post-images"),
    "an id again": ({"text": "a", "id": "good"}, "post-once"),
}


@pytest.mark.parametrize(("line", "rule"), ODD_LINES.values(), ids=ODD_LINES)
def test_an_odd_line_is_a_row_and_the_others_are_read(
    tmp_path: Path, line: object, rule: str
) -> None:
    good = {"text": "Ada", "id": "good"}
    found = read_posts(written(tmp_path, good, line, "", {"text": "Rome"}), None)
    assert [one.id for one in records(found)] == ["good", "4"]
    assert {name for name, _ in faults(found)} == {rule}
    assert {where for _, where in faults(found)} == {"posts.jsonl:2"}
    assert all(one.level == "error" for one in found.release.problems)


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "posts.txt").write_bytes(b"Ada\n\xff\xfe\nRome\r\n\n \n")
    found = read_posts(tmp_path / "posts.txt", None)
    assert [(one.id, one.raw) for one in records(found)] == [("1", "Ada"), ("3", "Rome")]
    assert found.without_words == 2
    assert [one.rule for one in found.release.problems if one.level == "error"] == ["utf-8"]
    with pytest.raises(DataError, match="no such file"):
        read_posts(tmp_path / "none.txt", None)


def test_pictures_are_found_by_the_names_of_their_files(tmp_path: Path) -> None:
    folder = tmp_path / "pictures"
    folder.mkdir()
    names = (
        "a_10.jpg",
        "a_2.PNG",
        "a.webp",
        "a_1_1.jpg",
        "b_x.jpg",
        "c_1.jpg",
        "note.txt",
        ".x.jpg",
    )
    for name in (*names, "own.jpg", "d_1.jpg"):
        (folder / name).write_bytes(b"")
    (folder / "b_1.jpg").symlink_to(folder / "a.webp")
    path = written(
        tmp_path,
        *({"text": "Ada", "id": id} for id in ("a", "a_1", "b")),
        {"text": "Ada", "id": "d", "images": ["own.jpg", "lost.jpg"]},
    )
    found = read_posts(path, folder)
    assert {one.id: one.images for one in records(found)} == {
        "a": ("a.webp", "a_2.PNG", "a_10.jpg"),
        "a_1": ("a_1_1.jpg",),
        "b": (),
        "d": ("own.jpg", "lost.jpg"),
    }
    assert {where for _, where in faults(found)} == {
        *(".x.jpg", "b_1.jpg", "b_x.jpg", "c_1.jpg", "d_1.jpg"),
    }
    assert {one.level for one in found.release.problems} == {"warning"}
    assert found.release.image_path("own.jpg") == folder / "own.jpg"
    assert not found.release.image_path("b_1.jpg").exists()
    with pytest.raises(DataError, match="No such file"):
        read_posts(path, tmp_path / "nowhere")


def test_named_pictures_are_beside_the_file(tmp_path: Path) -> None:
    found = read_posts(written(tmp_path, {"text": "Ada", "images": ["x.jpg"]}), None)
    assert found.release.image_path("x.jpg") == tmp_path / "x.jpg"
    assert faults(found) == []


def test_texts_have_pictures_by_their_number(tmp_path: Path) -> None:
    (tmp_path / "2_1.jpg").write_bytes(b"")
    found = posts_of_texts(["Ada", "Rome"], tmp_path)
    assert [one.images for one in records(found)] == [(), ("2_1.jpg",)]
