"""Files of others are read within limits: lines, whole files, pipes, folders and devices."""

from __future__ import annotations

import gzip
import io
import os
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from mnerctl.schema import DataError, Problem
from mnerctl.schema.files import given_file
from mnerctl.schema.files.given_file import bounded_lines, open_given, read_whole
from mnerctl.schema.formats.text_lines import read_lines, sound_lines


class Endless(io.RawIOBase):
    """A stream of one line that never ends, up to a number of bytes; it holds none of them."""

    def __init__(self, size: int) -> None:
        self.left = size

    def readline(self, size: int | None = -1, /) -> bytes:
        taken = min(self.left, size if size is not None and size >= 0 else self.left)
        self.left -= taken
        return b"x" * taken


@pytest.mark.parametrize(
    ("content", "lines"),
    [
        (b"", []),
        (b"1234\n", [b"1234\n"]),
        (b"12345\n\nab", [None, b"\n", b"ab"]),
        (b"ab\n" + b"x" * 100, [b"ab\n", None]),
        (b"x" * 100 + b"\nab\n", [None, b"ab\n"]),
        (b"a\rb\n", [b"a\rb\n"]),
    ],
)
def test_a_long_line_is_skipped_and_counted(
    content: bytes, lines: list[bytes | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(given_file, "MAX_LINE_BYTES", 5)
    monkeypatch.setattr(given_file, "SKIP_BYTES", 7)
    found = list(bounded_lines(io.BytesIO(content)))
    assert found == list(enumerate(lines, start=1))


def test_memory_does_not_depend_on_the_length_of_a_line() -> None:
    tracemalloc.start()
    assert list(bounded_lines(Endless(2**32))) == [(1, None)]
    assert tracemalloc.get_traced_memory()[1] < 3 * given_file.MAX_LINE_BYTES
    tracemalloc.stop()


def test_a_line_of_a_compressed_file_is_bounded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(given_file, "MAX_LINE_BYTES", 2**16)
    packed = gzip.compress(b"first\n" + b"0" * 2**24 + b"\nlast\n")
    stream = gzip.GzipFile(fileobj=io.BytesIO(packed))
    assert list(bounded_lines(stream)) == [(1, b"first\n"), (2, None), (3, b"last\n")]


def test_readers_of_lines_have_a_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(given_file, "MAX_LINE_BYTES", 10)
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"one\n" + b"x" * 11 + b"\ntwo\xff\nthree\r\n")
    problems: list[Problem] = []
    assert list(read_lines(path, problems)) == [(1, "one"), (4, "three")]
    assert [(row.rule, row.where) for row in problems] == [
        ("line-ends", f"{path}:1"),
        ("line-length", f"{path}:2"),
        ("utf-8", f"{path}:3"),
    ]
    with pytest.raises(DataError, match="a line of more than 10 bytes; wanted at most 10") as error:
        list(sound_lines(path, hint="fix it"))
    assert error.value.hint == "fix it"


@pytest.mark.parametrize("name", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf_16_is_one_row(name: str, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    mark = b"" if name == "utf-16" else "\ufeff".encode(name)
    path.write_bytes(mark + "a\nb\nc\n".encode(name))
    problems: list[Problem] = []
    assert list(read_lines(path, problems)) == []
    assert problems == [Problem("error", "utf-8", f"{path}:1", "UTF-16", "UTF-8")]


def test_line_ends_of_other_systems_stay_in_the_line(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("a\x85b\u2028c\u2029d\rE\nf", encoding="utf-8", newline="")
    assert [line for _, line in read_lines(path, [])] == ["a\x85b\u2028c\u2029d\rE", "f"]


def test_a_whole_file_is_bounded(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"12345")
    assert read_whole(path, most=5) == b"12345"
    with pytest.raises(OSError, match="too large; wanted at most 4 bytes"):
        read_whole(path, most=4)


def test_a_pipe_is_not_waited_for_and_a_device_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert read_whole(tmp_path / "pipe") == b""
    for path in (tmp_path, Path("/dev/zero")):
        with pytest.raises(OSError) as error:
            open_given(path)
        assert error.value.filename == str(path)


def test_an_interruption_closes_a_file_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C arrives when the file has just been opened: it must not be hidden by an error of closing."""
    (tmp_path / "file").write_text("x", encoding="utf-8")

    def opened_and_interrupted(*arguments: Any, **options: Any) -> None:
        with open(*arguments, **options):
            pass  # nobody has the file yet, so it is closed
        raise KeyboardInterrupt

    monkeypatch.setattr(given_file, "open", opened_and_interrupted, raising=False)
    with pytest.raises(KeyboardInterrupt):
        open_given(tmp_path / "file")
