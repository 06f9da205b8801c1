"""Text of strangers, harmless for a terminal: characters that steer it are shown as escapes like `\\x1b`.

`visible` makes the marks. `shield` puts them between every writer of this process and the terminal: prints,
tracebacks, warnings and the output of libraries. Only `console.py` writes past the shield, for colours and
progress bars, and it marks all texts itself.
"""

from __future__ import annotations

import io
import json
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from typing import Any, Final, TextIO, cast

# controls except tab and newline, surrogates, line separators, and all controls of direction
_STEERING: Final = (
    "\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff"
    "\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f"
)
_IN_TEXT: Final = re.compile(f"[{_STEERING}]")
_IN_LINE: Final = re.compile(f"[\n{_STEERING}]")


def visible(text: str) -> str:
    """Return the text with an escape for each character that steers a terminal; lines stay lines."""
    return _IN_TEXT.sub(_escape, text)


def visible_line(text: str) -> str:
    """Return the text on one line: a newline becomes an escape too."""
    return _IN_LINE.sub(_escape, text)


def visible_json(document: str, encoding: str = "utf-8") -> str:
    """Return the same JSON document with JSON's own escapes; reading it gives the exact characters.

    Args:
        document: the JSON text.
        encoding: that of the output; the characters that it lacks become escapes too.
    """
    shown = _IN_TEXT.sub(lambda found: f"\\u{ord(found[0]):04x}", document)
    try:
        shown.encode(encoding)
    except UnicodeEncodeError:
        return "".join(char if char.isascii() else json.dumps(char)[1:-1] for char in shown)
    return shown


def _escape(found: re.Match[str]) -> str:
    if found[0] == "\n":
        return "\\n"
    code = ord(found[0])
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


class ShieldedStream(io.TextIOBase):
    """A stream that makes every text visible before it writes it.

    It claims to be no terminal, so that libraries send it neither colours nor cursor movements.

    Attributes:
        behind: the stream that it writes to.
    """

    def __init__(self, behind: TextIO) -> None:
        self.behind = behind

    @property
    def encoding(self) -> str:  # type: ignore[override]
        """The encoding of the stream behind."""
        return self.behind.encoding

    @property
    def errors(self) -> str | None:  # type: ignore[override]
        """What the stream behind does with a character that its encoding lacks."""
        return self.behind.errors

    def writable(self) -> bool:
        """Return True."""
        return True

    def write(self, text: str) -> int:
        """Write the text with its marks and return the length of the text."""
        self.behind.write(visible(text))
        return len(text)

    def flush(self) -> None:
        """Flush the stream behind."""
        self.behind.flush()

    def close(self) -> None:
        """Do nothing: the stream behind belongs to somebody else."""


def shield() -> None:
    """Shield the standard streams for the rest of the process, its last traceback included."""
    sys.stdout, sys.stderr = _shielded(sys.stdout), _shielded(sys.stderr)


@contextmanager
def shielded() -> Iterator[None]:
    """Shield the standard streams as they are now, for the time of a progress bar that has replaced them."""
    with redirect_stdout(_shielded(sys.stdout)), redirect_stderr(_shielded(sys.stderr)):
        yield


def behind_shield(stream: TextIO) -> TextIO:
    """Return the stream behind all shields and progress bars."""
    found: Any = stream
    while True:
        if isinstance(found, ShieldedStream):
            found = found.behind
        elif hasattr(found, "rich_proxied_file"):
            found = found.rich_proxied_file
        else:
            return cast(TextIO, found)


def _shielded(stream: TextIO) -> TextIO:
    """Return the stream behind a shield; a character that its encoding lacks is written as an escape."""
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="backslashreplace")
    return cast(TextIO, ShieldedStream(stream)) if stream else stream  # None if it is closed
