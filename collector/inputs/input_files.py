"""Read the input of a collection: files with one post per line, standard input, and existing datasets.

A dataset is a release of mnerctl, dehydrated or not, or the published MNER-MI. Only the `url` of each record
is used, so that the posts can be collected again or extended. Checksums are not compared, because people
want to collect a dataset again precisely when its pictures are lost.
"""

from __future__ import annotations

import codecs
import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from ...schema import SPLITS, DataError, InputLine
from ...schema.files.given_file import Lines, bounded_lines, too_long
from ...schema.files.json_text import NotJson, parse_json
from ...schema.files.links import is_special, links_in, refuse_links
from ...schema.formats.mner_mi import FILE_SPLITS, Part, python_literal, text_file
from ...schema.release.dehydrated import DEHYDRATED
from ...schema.release.manifest import MANIFEST
from .urls import COMMON_POST, post_id_of

STANDARD_INPUT: Final = "-"
MAX_SHOWN: Final = 500
PARTS: Final[tuple[Part, ...]] = ("MNER-MI", "MNER-UNI")
HINT: Final = "mnerctl fetch urls.txt    # a file with one URL per line, or a dataset"


def input_files(paths: Iterable[Path]) -> list[Path]:
    """Return the files behind the arguments of `fetch`; a dataset's folder stands for its split files.

    Raises:
        DataError: a file cannot be read, or a folder has a link; the caller must not begin.
    """
    files: list[Path] = []
    for path in paths:
        for file in _plain(_record_files(path)) if path.is_dir() else [path]:
            if str(file) != STANDARD_INPUT:
                _check_readable(file)
            files.append(file)
    return files


def _record_files(folder: Path) -> list[Path]:
    refuse_links(folder, links_in(folder, "text"))
    if (folder / MANIFEST).is_file() or (folder / DEHYDRATED).is_file():
        return [folder / f"{split}.jsonl" for split in SPLITS]
    for part in PARTS:
        files = [text_file(folder, part, split) for split in FILE_SPLITS.values()]
        if found := [file for file in files if file.is_file()]:
            return found
    raise DataError(
        f"{folder}: a folder without records; wanted {MANIFEST}, or text/MNER-MI_train.txt in it",
        HINT,
    )


def _plain(files: Iterable[Path]) -> Iterator[Path]:
    """Yield the files of a folder; refuse a pipe or device in it, which nobody has named."""
    for file in files:
        if is_special(file):
            raise DataError(f"{file}: no regular file", f"ls -l {file}")
        yield file


def _check_readable(file: Path) -> None:
    """Check that a file can be read; a pipe is not opened, because it can be read only once."""
    try:
        str(file).encode("utf-8")
    except UnicodeEncodeError:
        raise DataError(f"{file}: the name of the file is not UTF-8", "rename the file") from None
    try:
        file.stat()
        if file.is_file():
            with file.open("rb") as stream:
                _refuse_utf16(file, stream.read(2))
    except OSError as error:
        raise DataError(f"{file}: {error.strerror}", HINT) from error


def input_name(path: Path, corpus: Path) -> str:
    """Return the name under which the corpus stores a file's lines: its path relative to the corpus.

    It is the same however the file is typed, and stays the same if the file and the corpus move together.
    """
    return STANDARD_INPUT if str(path) == STANDARD_INPUT else os.path.relpath(path, corpus)


def input_path(name: str, corpus: Path) -> str:
    """Return the path of a stored name, relative to the current folder."""
    return name if name == STANDARD_INPUT else os.path.relpath(corpus / name)


def read_inputs(files: Iterable[Path], corpus: Path) -> Iterator[InputLine]:
    """Yield the lines of files that are neither blank nor `#` comments; `-` is standard input.

    A line that names no post has no id, and a reason.

    Raises:
        DataError: a file cannot be read.
    """
    for path in files:
        name = input_name(path, corpus)
        try:
            if name == STANDARD_INPUT:
                yield from _lines(name, path, sys.stdin.buffer)
            else:
                with path.open("rb") as stream:
                    yield from _lines(name, path, stream)
        except OSError as error:
            raise DataError(f"{path}: {error.strerror}", HINT) from error


def _lines(name: str, path: Path, stream: Lines) -> Iterator[InputLine]:
    for number, raw in bounded_lines(stream):
        if raw is None:
            shown, wanted = too_long()
            yield InputLine(name, number, shown, None, f"wanted {wanted}")
            continue
        if number == 1:
            _refuse_utf16(path, raw)
            raw = raw.removeprefix(codecs.BOM_UTF8)
        text = raw.decode("utf-8", "replace").strip()
        if found := COMMON_POST.fullmatch(text):
            yield InputLine(name, number, text[:MAX_SHOWN], found[1])
        elif text.startswith("{"):
            yield InputLine(name, number, *_parsed_record(text))
        elif text and not text.startswith("#"):
            yield InputLine(name, number, text[:MAX_SHOWN], *post_id_of(text))


def _parsed_record(line: str) -> tuple[str, str | None, str]:
    """Return (text to show, post id, reason if there is none) of a record, as JSON or a Python literal."""
    try:
        record = parse_json(line)
    except NotJson:
        record = python_literal(line)
    if not isinstance(record, dict):
        return line[:MAX_SHOWN], None, "not a record: wanted a JSON object"
    url = record.get("url")
    if isinstance(url, str) and url.strip():
        return _storable(url), *post_id_of(url)
    name = record.get("id")
    shown = _storable(f"record {name}") if isinstance(name, str | int) else "a record"
    return shown, None, "a record without a url"


def _storable(text: str) -> str:
    """Replace half surrogate pairs, which JSON escapes can spell and no file can hold."""
    return text[:MAX_SHOWN].encode("utf-8", "replace").decode("utf-8")


def _refuse_utf16(path: Path, start: bytes) -> None:
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise DataError(
            f"{path}: UTF-16; wanted UTF-8", f"iconv -f UTF-16 -t UTF-8 {path} > utf8.txt"
        )
