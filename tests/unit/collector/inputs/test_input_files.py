"""The input: text files, the name of standard input, and the records of existing datasets."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mnerctl.collector.inputs.input_files import input_files, input_name, input_path, read_inputs
from mnerctl.schema import DataError, InputLine
from support.made_release import made_plus
from support.published import mner_mi_folder, mner_mi_line

ID = "1554138525414526977"


def post_ids(*paths: Path) -> list[str | None]:
    return [line.post_id for line in read_inputs(input_files(paths), Path())]


def test_files_with_every_oddity(tmp_path: Path) -> None:
    first, second = tmp_path / "a.txt", tmp_path / "b.txt"
    first.write_bytes(
        b"\xef\xbb\xbf# a comment\r\n\r\n" + f"{ID}\r\n  tweet:7  \r\n\xff\xfe".encode("latin-1")
    )
    second.write_bytes(b"12")
    assert list(read_inputs([first, second], tmp_path)) == [
        InputLine("a.txt", 3, ID, ID),
        InputLine("a.txt", 4, "tweet:7", "7"),
        InputLine("a.txt", 5, "\ufffd\ufffd", None, "neither a post's URL nor its id"),
        InputLine("b.txt", 1, "12", "12"),
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [(None, "No such file or directory"), ("7".encode("utf-16"), "UTF-16; wanted UTF-8")],
)
def test_a_file_that_cannot_be_read(tmp_path: Path, content: bytes | None, message: str) -> None:
    path = tmp_path / "urls.txt"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(DataError) as caught:
        list(read_inputs([path], tmp_path))
    assert caught.value.message == f"{path}: {message}"


def test_a_file_has_one_name_however_it_is_typed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    typed = [
        Path("urls.txt"),
        Path("./urls.txt"),
        tmp_path / "urls.txt",
        Path("corpus/../urls.txt"),
    ]
    assert {input_name(path, Path("corpus")) for path in typed} == {"../urls.txt"}
    assert input_name(Path("-"), Path("corpus")) == "-"


def test_the_records_of_the_published_layout(tmp_path: Path) -> None:
    lines = [
        mner_mi_line(id=1, url=f"https://twitter.com/a/status/{ID}"),
        repr({"id": 2, "text": ["a"], "url": "https://x.com/a/status/12"}),
        "",
        mner_mi_line(id="twitter2017-7", url=""),
        mner_mi_line(id=4, url="https://t.co/abc"),
        '{"id": 5}',
        "{not a record",
        '{"url": ["\\ud83d"], "id": "\\ud83d"}',
    ]
    folder = mner_mi_folder(tmp_path, train=lines, test=None)
    train, dev = folder / "text" / "MNER-MI_train.txt", folder / "text" / "MNER-MI_val.txt"
    assert input_files([folder]) == [train, dev]
    no_url = "a record without a url"
    assert list(read_inputs(input_files([train]), train.parent)) == [
        InputLine(train.name, 1, f"https://twitter.com/a/status/{ID}", ID),
        InputLine(train.name, 2, "https://x.com/a/status/12", "12"),
        InputLine(train.name, 4, "record twitter2017-7", None, no_url),
        InputLine(
            *(train.name, 5, "https://t.co/abc", None),
            "a t.co link does not show its post: open it and enter the URL that it leads to",
        ),
        InputLine(train.name, 6, "record 5", None, no_url),
        InputLine(train.name, 7, "{not a record", None, "not a record: wanted a JSON object"),
        InputLine(train.name, 8, "record ?", None, no_url),
    ]


def test_a_release_of_ours_without_its_pictures(tmp_path: Path) -> None:
    """People collect a dataset again when its pictures are lost, so checksums are not compared."""
    plus = made_plus(tmp_path, train=8, dev=4, test=4, pictures=1).folder
    shutil.rmtree(plus / "images")
    records = [
        json.loads(line)
        for split in ("train", "dev", "test")
        for line in (plus / f"{split}.jsonl").read_text().splitlines()
    ]
    wanted = [record["url"].rpartition("/")[2] or None for record in records]
    assert None in wanted and len(wanted) == 32
    assert post_ids(plus) == wanted
    assert post_ids(tmp_path / "mi") == [one for one in wanted if one]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("nothing", "No such file or directory"),
        ("", "a folder without records; wanted manifest.json, or text/MNER-MI_train.txt in it"),
        ("utf16.txt", "UTF-16; wanted UTF-8"),
    ],
)
def test_a_file_that_cannot_be_read_is_reported_before_anything_begins(
    tmp_path: Path, name: str, message: str
) -> None:
    (tmp_path / "utf16.txt").write_bytes("7".encode("utf-16"))
    with pytest.raises(DataError) as caught:
        input_files([Path("-"), tmp_path / name])
    assert caught.value.message == f"{tmp_path / name}: {message}"


def test_a_pipe_is_read_once(tmp_path: Path) -> None:
    read, write = os.pipe()
    os.write(write, b"12\n13\n")
    os.close(write)
    assert post_ids(Path(f"/dev/fd/{read}")) == ["12", "13"]
    os.close(read)


@given(st.text(), st.sampled_from(["{", '{"url": ', '{"id": [', "{'url': '\\ud83d'}", ""]))
def test_no_line_of_a_dataset_raises(
    tmp_path_factory: pytest.TempPathFactory, text: str, start: str
) -> None:
    file = tmp_path_factory.mktemp("list") / "records.jsonl"
    file.write_bytes(start.encode() + text.encode("utf-8", "replace"))
    for line in read_inputs([file], file.parent):
        assert (line.post_id is None) == bool(line.reason)
        assert line.text.encode("utf-8")


def test_the_path_to_a_name_and_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for typed in ("urls.txt", "lists/urls.txt", "-"):
        assert input_path(input_name(Path(typed), Path("corpus")), Path("corpus")) == typed
