"""Read text files line by line, and report oddities such as a byte-order mark.

Files are UTF-8, with `\\n` or `\\r\\n`, with or without a byte-order mark. The callers parse the lines.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ..errors import DataError
from ..problem import Problem

BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def read_lines(path: Path, problems: list[Problem]) -> Iterator[tuple[int, str]]:
    """Yield line numbers from 1 and lines without their ends; problems are added to `problems`.

    Raises:
        DataError: the file is missing or cannot be read.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise DataError(
            f"{path}: no such file", "check the path, or list the files of the folder"
        ) from None
    except OSError as error:
        raise DataError(
            f"{path}: {error.strerror}", "check the path and its permissions"
        ) from error
    if content.startswith(BYTE_ORDER_MARK):
        content = content[len(BYTE_ORDER_MARK) :]
        problems.append(Problem("note", "byte-order-mark", f"{path}:1", "a mark", "plain UTF-8"))
    if b"\r\n" in content:
        ends = content.count(b"\r\n")
        content = content.replace(b"\r\n", b"\n")
        problems.append(
            Problem("note", "line-ends", f"{path}:1", f"{ends} lines end in CRLF", "LF")
        )
    if content and not content.endswith(b"\n"):
        content += b"\n"
    for number, line in enumerate(content.split(b"\n")[:-1], start=1):
        try:
            yield number, line.decode("utf-8")
        except UnicodeDecodeError as error:
            found = f"byte {error.object[error.start]:#04x} at column {error.start + 1}"
            problems.append(Problem("error", "utf-8", f"{path}:{number}", found, "UTF-8"))
