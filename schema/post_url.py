"""The address of a post on X: the form that records use, and the post id in it."""

from __future__ import annotations

from typing import Final

import regex

URL_FORM: Final = "https://x.com/NAME/status/ID"
MIN_POST_ID: Final = 15
"""Fewest digits of an id that is surely a post id and not a running number."""
_URL: Final = regex.compile(
    r"https?://(?:www\.|mobile\.)?(?:twitter|x)\.com/(?:\w{1,15}|i/web|i)/status(?:es)?/(\d{1,19})/?"
    r"(?:\?\S*)?"
)


def post_of_url(url: str) -> str | None:
    """Return the post id in an address, or None if it is not the address of a post."""
    match = _URL.fullmatch(url)
    return match[1] if match else None
