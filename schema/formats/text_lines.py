"""Read text files line by line, and report oddities such as a byte-order mark.

Files are UTF-8, with `\\n` or `\\r\\n`, with or without a byte-order mark. The callers parse the lines.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from pathlib import Path

from ..errors import DataError
from ..files.given_file import bounded_lines, open_given, too_long
from ..problem import Problem, errors_in

BYTE_ORDER_MARK = codecs.BOM_UTF8
UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def read_lines(path: Path, problems: list[Problem]) -> Iterator[tuple[int, str]]:
    """Yield line numbers from 1 and lines without their ends; problems are added to `problems`.

    A line that is too long or not UTF-8 is left out and has a row. A file in UTF-16 has one row and no lines.

    Raises:
        DataError: the file is missing or cannot be read.
    """
    windows_ends, place = 0, len(problems)
    try:
        with open_given(path) as file:
            for number, line in bounded_lines(file):
                where = f"{path}:{number}"
                if line is None:
                    problems.append(Problem("error", "line-length", where, *too_long()))
                    continue
                if number == 1 and line.startswith(UTF_16):
                    problems.append(Problem("error", "utf-8", where, "UTF-16", "UTF-8"))
                    return
                if number == 1 and line.startswith(BYTE_ORDER_MARK):
                    line = line[len(BYTE_ORDER_MARK) :]
                    found = Problem("note", "byte-order-mark", where, "a mark", "plain UTF-8")
                    problems.insert(place, found)
                    place += 1
                windows_ends += line.endswith(b"\r\n")
                if (text := _text(line, where, problems)) is not None:
                    yield number, text
    except FileNotFoundError:
        raise DataError(
            f"{path}: no such file", "check the path, or list the files of the folder"
        ) from None
    except OSError as error:
        raise DataError(
            f"{path}: {error.strerror}", "check the path and its permissions"
        ) from error
    if windows_ends:
        found = Problem("note", "line-ends", f"{path}:1", f"{windows_ends} lines end in CRLF", "LF")
        problems.insert(place, found)


def _text(line: bytes, where: str, problems: list[Problem]) -> str | None:
    """Return the text of a line without its end, or add a row for the byte that is not UTF-8."""
    end = b"\r\n" if line.endswith(b"\r\n") else b"\n"
    try:
        return line.removesuffix(end).decode("utf-8")
    except UnicodeDecodeError as error:
        found = f"byte {error.object[error.start]:#04x} at column {error.start + 1}"
        problems.append(Problem("error", "utf-8", where, found, "UTF-8"))
        return None


def sound_lines(path: Path, *, hint: str) -> Iterator[tuple[int, str]]:
    """Yield line numbers and lines of a file in which every line must be readable.

    Raises:
        DataError: the file or one of its lines cannot be read; the hint is the caller's.
    """
    problems: list[Problem] = []
    for number, line in read_lines(path, problems):
        if errors_in(problems):
            break
        yield number, line
    if wrong := errors_in(problems):
        one = wrong[0]
        raise DataError(f"{one.where}: {one.found}; wanted {one.wanted}", hint, problems=wrong)
