"""Read files that somebody else may have made, within limits that the memory of a small machine allows.

All reading of the package goes through this module; a test forbids every other way. A line is at most
`MAX_LINE_BYTES` long, also in a compressed file, and a file that is read as a whole at most
`MAX_DOCUMENT_BYTES`. `json_text.py` parses what was read.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from io import BufferedReader
from pathlib import Path
from typing import Final, Protocol

MAX_LINE_BYTES: Final = 16 * 2**20
"""A page of posts of X's API has at most a few megabytes."""
MAX_DOCUMENT_BYTES: Final = 512 * 2**20
"""The manifest of a release with a million pictures has about 150 megabytes."""
SKIP_BYTES: Final = 2**20
_CHUNK: Final = 2**20
_NO_WAIT: Final = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


class Lines(Protocol):
    """A stream of bytes that has lines, such as a file, a pipe or a compressed file."""

    def readline(self, size: int = -1, /) -> bytes:
        """Return the next line, or the next `size` bytes of it."""
        ...


def open_given(path: Path) -> BufferedReader:
    """Open a file or pipe for reading. A pipe that nobody writes to is empty, so that it is not waited for.

    Raises:
        OSError: it cannot be opened, or it is a folder or a device.
    """
    # the handle belongs to the file from the beginning: an interruption cannot close it twice
    file = open(path, "rb", opener=_without_waiting)  # noqa: SIM115
    try:
        mode = os.fstat(file.fileno()).st_mode
        if not (stat.S_ISREG(mode) or stat.S_ISFIFO(mode)):
            raise OSError(errno.EINVAL, "neither a file nor a pipe", str(path))
        if stat.S_ISFIFO(mode):
            os.set_blocking(file.fileno(), True)
    except BaseException:
        file.close()
        raise
    return file


def _without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | _NO_WAIT)


def read_whole(path: Path, *, most: int = MAX_DOCUMENT_BYTES) -> bytes:
    """Return the bytes of a file.

    Args:
        path: the file.
        most: largest size in bytes.

    Raises:
        OSError: it cannot be read, or it is larger.
    """
    with open_given(path) as file:
        content = bytearray()
        while len(content) <= most and (chunk := file.read(min(_CHUNK, most + 1 - len(content)))):
            content += chunk
    if len(content) > most:
        raise OSError(errno.EFBIG, f"too large; wanted at most {most:,} bytes", str(path))
    return bytes(content)


def bounded_lines(stream: Lines) -> Iterator[tuple[int, bytes | None]]:
    """Yield line numbers from 1 and lines with their ends; None for a line over the limit, which is skipped.

    The memory that is used does not depend on the length of a line.
    """
    number = 0
    while line := stream.readline(MAX_LINE_BYTES + 1):
        number += 1
        if len(line) <= MAX_LINE_BYTES:
            yield number, line
            continue
        while line and not line.endswith(b"\n"):
            line = stream.readline(SKIP_BYTES)
        yield number, None


def too_long() -> tuple[str, str]:
    """Return what was found and what is wanted, for the row of a line over the limit."""
    return f"a line of more than {MAX_LINE_BYTES:,} bytes", f"at most {MAX_LINE_BYTES:,}"
