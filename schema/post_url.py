"""The address of a post on X: its form in records, the post id in it, and its form without an author."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

import regex

URL_FORM: Final = "https://x.com/NAME/status/ID"
AUTHORLESS: Final = "https://x.com/i/web/status/"
"""The start of an address without the name of the author; the post id follows, and X leads to the post."""
MIN_POST_ID: Final = 15
"""Fewest digits of an id that is surely a post id and not a running number."""
_HEAD: Final = r"https?://(?:www\.|mobile\.)?(?:twitter|x)\.com"
_URL: Final = regex.compile(
    rf"{_HEAD}/(?P<author>\w{{1,15}}|i/web)/status(?:es)?/(?P<id>\d{{1,19}})/?(?:\?\S*)?"
)
_NOBODY: Final = ("i", "i/web")


def post_of_url(url: str) -> str | None:
    """Return the post id in an address, or None if it is not the address of a post."""
    match = _URL.fullmatch(url)
    return match["id"] if match else None


def belongs_to(record_id: str, url: str, ids: Collection[str]) -> bool:
    """Return whether a record is one of these posts, by its own id or by the post id in its URL."""
    return record_id in ids or post_of_url(url) in ids


def author_of_url(url: str) -> str | None:
    """Return the author's name in the address of a post, or None if it has none."""
    match = _URL.fullmatch(url)
    return None if match is None or match["author"] in _NOBODY else str(match["author"])


def authorless(url: str) -> str:
    """Return the address of a post without its author's name; any other text stays as it is."""
    post_id = post_of_url(url)
    return f"{AUTHORLESS}{post_id}" if post_id else url


def without_author(text: str, url: str) -> str:
    """Return a text without the name of the author of the post at this address."""
    author = author_of_url(url)
    if author is None:
        return text
    name = regex.compile(rf"@?(?<!\w){regex.escape(author)}(?!\w)", regex.IGNORECASE)
    return str(name.sub("(the author)", text))
