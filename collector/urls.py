"""Post URLs as people paste them, to post ids. Nothing is fetched here, least of all the pasted URL.

A line is a URL of X or of one of its mirrors, an archived one, an embed, `tweet:ID` or a bare id. The
host must match exactly: `twitter.com.evil.example` is refused. A post's id is all that is taken.
"""

from __future__ import annotations

import codecs
import os
import re
import sys
from collections.abc import Iterable, Iterator
from io import BufferedReader
from pathlib import Path
from typing import Final

from ..schema import DataError, InputLine

MIRRORS: Final = ("vxtwitter.com", "fxtwitter.com", "fixupx.com", "fixvx.com", "twittpr.com")
STANDARD_INPUT: Final = "-"
MOST_SHOWN: Final = 500

_ID: Final = "0*([1-9][0-9]{0,18})(?![0-9])"
_HOST: Final = rf"""
    (?: (?:www|mobile|m)\. )? (?: twitter\.com | x\.com | {"|".join(map(re.escape, MIRRORS))} )
  | nitter (?: \.[a-z0-9-]+ )+
"""
_COMMON: Final = re.compile(  # nearly all lines of a long file, and three times as fast as _POST
    r"https://(?:twitter|x)\.com/[A-Za-z0-9_]{1,50}/status/([1-9][0-9]{0,18})"
)
_POST: Final = re.compile(
    rf"""(?: https?:/{{1,2}} | // )? (?: {_HOST} ) (?: :443 | :80 )? /+
         (?: \#!/ )? (?: i/web | [a-z0-9_]{{1,50}} ) / status (?:es)? / {_ID}
         (?: [/?\#] \S* )?""",
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)
_EMBED: Final = re.compile(
    r"(?:https?:)?(?://)?platform\.(?:twitter|x)\.com/embed/(?:index|Tweet)\.html\?"
    rf"(?:[^#\s]*&)?id={_ID}(?:[&#]\S*)?",
    re.IGNORECASE | re.ASCII,
)
_BARE: Final = re.compile(rf"(?:tweet:)?{_ID}", re.IGNORECASE | re.ASCII)
_ARCHIVED: Final = re.compile(
    r"(?:https?://)?(?:web\.)?archive\.org/web/[0-9a-z_*]+/", re.IGNORECASE | re.ASCII
)
_ADDRESS: Final = re.compile(r"(?:[a-z][a-z0-9+.-]*:)?/{0,2}(?:[^/?#@]*@)?([^/?#]*)", re.IGNORECASE)
_X_HOST: Final = re.compile(rf"(?:{_HOST})(?::\d+)?", re.VERBOSE | re.IGNORECASE | re.ASCII)


def post_id_of(line: str) -> tuple[str | None, str]:
    """(post id, "") for a line that names a post, else (None, why it is refused)."""
    text = line.strip()
    if found := _COMMON.fullmatch(text):
        return found[1], ""
    if archived := _ARCHIVED.match(text):
        text = text[archived.end() :]
    for form in (_POST, _BARE, _EMBED):
        if found := form.fullmatch(text):
            return found[1], ""
    return None, _why_refused(text)


def _why_refused(text: str) -> str:
    if any(char.isspace() for char in text):
        return "wanted one address a line and nothing else"
    if re.fullmatch(r"(?:tweet:)?[0-9]+", text, re.ASCII):
        return "wanted an id of 1 to 19 digits above 0"
    address = _ADDRESS.match(text)
    host = address[1].lower() if address else ""
    if host == "t.co":
        return "a t.co link hides its post: open it, and give the address it leads to"
    if _X_HOST.fullmatch(host):
        return "an address of X without /status/ID"
    if "." in host:
        return f"{host[:80]!r} is no host of X"
    return "neither a post's address nor its id"


def source_of(path: Path, corpus: Path) -> str:
    """The name under which a file's lines are entered: its way from the corpus folder, so that it is
    one file however it is typed, and stays so when both are moved.
    """
    return STANDARD_INPUT if str(path) == STANDARD_INPUT else os.path.relpath(path, corpus)


def read_inputs(paths: Iterable[Path], corpus: Path) -> Iterator[InputLine]:
    """The lines of files (`-` is standard input) that are neither blank nor `#` comments.

    A line that names no post has no id, and a reason. Raises DataError where a file cannot be read.
    """
    for path in paths:
        source = source_of(path, corpus)
        try:
            if source == STANDARD_INPUT:
                yield from _lines(source, path, sys.stdin.buffer)
            else:
                with path.open("rb") as stream:
                    yield from _lines(source, path, stream)
        except OSError as error:
            raise DataError(
                f"{path}: {error.strerror}", "mnerctl fetch urls.txt    # a file with a URL a line"
            ) from error


def _lines(
    source: str, path: Path, stream: Iterable[bytes] | BufferedReader
) -> Iterator[InputLine]:
    for number, raw in enumerate(stream, start=1):
        if number == 1:
            if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
                raise DataError(
                    f"{path}: UTF-16; wanted UTF-8", f"iconv -f UTF-16 -t UTF-8 {path} > utf8.txt"
                )
            raw = raw.removeprefix(codecs.BOM_UTF8)
        text = raw.decode("utf-8", "replace").strip()
        if text and not text.startswith("#"):
            yield InputLine(source, number, text[:MOST_SHOWN], *post_id_of(text))


def url_of(post_id: str, author: str | None = None) -> str:
    """The address of a post: with its author where known, else the form that needs none."""
    return f"https://x.com/{author or 'i/web'}/status/{post_id}"
