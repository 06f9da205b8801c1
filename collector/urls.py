"""Post URLs as people paste them, to post ids. Nothing is fetched here, least of all the pasted URL.

A line is a URL of X or of one of its mirrors, an archived one, an embed, `tweet:ID` or a bare id. The
host must match exactly: `twitter.com.evil.example` is refused.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from ..schema import DataError, InputLine

HOSTS: Final = (
    *("twitter.com", "x.com"),
    *("vxtwitter.com", "fxtwitter.com", "fixupx.com", "fixvx.com", "twittpr.com"),
    *("nitter.net", "nitter.poast.org", "nitter.privacydev.net", "nitter.space", "xcancel.com"),
)
STANDARD_INPUT: Final = "-"

_ID: Final = "([1-9][0-9]{0,18})"
_HOST: Final = "|".join(map(re.escape, HOSTS))
_POST: Final = re.compile(
    rf"""(?: https?:// )? (?: (?:www|mobile|m)\. )? (?:{_HOST}) (?::443)? /
         (?: \#!/ )? (?: i/web | [A-Za-z0-9_]{{1,50}} ) / status(?:es)? / {_ID}
         (?: / [^?\#]* )? (?: [?\#] .* )?""",
    re.VERBOSE | re.IGNORECASE,
)
_EMBED: Final = re.compile(
    rf"(?:https?://)?platform\.twitter\.com/embed/Tweet\.html\?(?:[^#]*&)?id={_ID}(?:[&#].*)?",
    re.IGNORECASE,
)
_BARE: Final = re.compile(rf"(?:tweet:)?{_ID}", re.IGNORECASE)
_ARCHIVED: Final = re.compile(r"(?:https?://)?web\.archive\.org/web/[0-9a-z_*]+/", re.IGNORECASE)
_SHORT: Final = re.compile(r"(?:https?://)?t\.co/", re.IGNORECASE)


def post_id_of(line: str) -> tuple[str | None, str]:
    """(post id, "") for a line that names a post, else (None, why it is refused)."""
    text = line.strip()
    if archived := _ARCHIVED.match(text):
        text = text[archived.end() :]
    for form in (_POST, _BARE, _EMBED):
        if found := form.fullmatch(text):
            return found.group(1), ""
    if _SHORT.match(text):
        return None, "a t.co link hides its post; open it and paste the address it leads to"
    if text.isdigit():
        return None, "wanted an id of 1 to 19 digits that does not begin with 0"
    return None, "not the address of a post, as in https://x.com/USER/status/ID"


def read_lines(paths: Sequence[Path]) -> Iterator[InputLine]:
    """The lines of files (`-` is standard input) that are neither blank nor `#` comments.

    Raises DataError where a file cannot be read.
    """
    for path in paths:
        name = str(path)
        try:
            stream = sys.stdin.buffer if name == STANDARD_INPUT else path.open("rb")
        except OSError as error:
            raise DataError(
                f"{path}: {error.strerror}", "mnerctl fetch urls.txt    # a file with a URL a line"
            ) from error
        with stream:
            for number, raw in enumerate(stream, start=1):
                text = raw.decode("utf-8-sig" if number == 1 else "utf-8", "replace").strip()
                if text and not text.startswith("#"):
                    yield InputLine(name, number, text, *post_id_of(text))


def url_of(post_id: str, author: str | None = None) -> str:
    """The address of a post: with its author where known, else the form that needs none."""
    return f"https://x.com/{author or 'i/web'}/status/{post_id}"
