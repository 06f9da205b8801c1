"""The input of a collection: files with a post a line, standard input, and datasets that exist.

A dataset is a release of ours, dehydrated or not, or the published MNER-MI: the `url` of each record is
what is taken of it, so that it can be had again or extended. Nothing else of a record is looked at, and
no checksum: a dataset whose pictures are lost is what people want to have again.
"""

from __future__ import annotations

import codecs
import json
import os
import sys
from collections.abc import Iterable, Iterator
from io import BufferedReader
from pathlib import Path
from typing import Final

from ...schema import SPLITS, DataError, InputLine
from ...schema.formats.mner_mi import FILE_SPLITS, Part, python_literal, text_file
from ...schema.release.dehydrated import DEHYDRATED
from ...schema.release.manifest import MANIFEST
from .urls import COMMON_POST, post_id_of

STANDARD_INPUT: Final = "-"
MOST_SHOWN: Final = 500
PARTS: Final[tuple[Part, ...]] = ("MNER-MI", "MNER-UNI")
HINT: Final = "mnerctl fetch urls.txt    # a file with a URL a line, or a dataset"


def input_files(paths: Iterable[Path]) -> list[Path]:
    """The files behind the arguments, a dataset's folder being those of its splits.

    Raises DataError where one cannot be read: nothing is to be begun then.
    """
    files: list[Path] = []
    for path in paths:
        for file in _record_files(path) if path.is_dir() else [path]:
            if str(file) != STANDARD_INPUT:
                _check_readable(file)
            files.append(file)
    return files


def _record_files(folder: Path) -> list[Path]:
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


def _check_readable(file: Path) -> None:
    """A pipe is not opened: what is read from it is gone."""
    try:
        file.stat()
        if file.is_file():
            with file.open("rb") as stream:
                _refuse_utf16(file, stream.read(2))
    except OSError as error:
        raise DataError(f"{file}: {error.strerror}", HINT) from error


def source_of(path: Path, corpus: Path) -> str:
    """The name under which a file's lines are entered: its way from the corpus folder, so that it is
    one file however it is typed, and stays so when both are moved.
    """
    return STANDARD_INPUT if str(path) == STANDARD_INPUT else os.path.relpath(path, corpus)


def path_of(source: str, corpus: Path) -> str:
    """The file of a source's name, as seen from the current folder."""
    return source if source == STANDARD_INPUT else os.path.relpath(corpus / source)


def read_inputs(files: Iterable[Path], corpus: Path) -> Iterator[InputLine]:
    """The lines of files (`-` is standard input) that are neither blank nor `#` comments.

    A line that names no post has no id, and a reason. Raises DataError where a file cannot be read.
    """
    for path in files:
        source = source_of(path, corpus)
        try:
            if source == STANDARD_INPUT:
                yield from _lines(source, path, sys.stdin.buffer)
            else:
                with path.open("rb") as stream:
                    yield from _lines(source, path, stream)
        except OSError as error:
            raise DataError(f"{path}: {error.strerror}", HINT) from error


def _lines(
    source: str, path: Path, stream: Iterable[bytes] | BufferedReader
) -> Iterator[InputLine]:
    for number, raw in enumerate(stream, start=1):
        if number == 1:
            _refuse_utf16(path, raw)
            raw = raw.removeprefix(codecs.BOM_UTF8)
        text = raw.decode("utf-8", "replace").strip()
        if found := COMMON_POST.fullmatch(text):
            yield InputLine(source, number, text[:MOST_SHOWN], found[1])
        elif text.startswith("{"):
            yield InputLine(source, number, *_of_record(text))
        elif text and not text.startswith("#"):
            yield InputLine(source, number, text[:MOST_SHOWN], *post_id_of(text))


def _of_record(line: str) -> tuple[str, str | None, str]:
    """(what is shown, post id, why there is none) of a record, in JSON or as published a literal."""
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        record = python_literal(line)
    if not isinstance(record, dict):
        return line[:MOST_SHOWN], None, "no JSON object, as a record is"
    url = record.get("url")
    if isinstance(url, str) and url.strip():
        return _storable(url), *post_id_of(url)
    name = record.get("id")
    shown = _storable(f"record {name}") if isinstance(name, str | int) else "a record"
    return shown, None, "a record without a url"


def _storable(text: str) -> str:
    """Escapes in JSON can spell half a surrogate pair, which no file can hold."""
    return text[:MOST_SHOWN].encode("utf-8", "replace").decode("utf-8")


def _refuse_utf16(path: Path, start: bytes) -> None:
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise DataError(
            f"{path}: UTF-16; wanted UTF-8", f"iconv -f UTF-16 -t UTF-8 {path} > utf8.txt"
        )
