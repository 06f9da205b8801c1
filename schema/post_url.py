"""The address of a post on X, as it stands in records: its form, and the id of the post in it."""

from __future__ import annotations

from typing import Final

import regex

URL_FORM: Final = "https://x.com/NAME/status/ID"
LEAST_POST_ID: Final = 15
"""Digits of an id that is surely a post's, not a running number."""
_URL: Final = regex.compile(
    r"https?://(?:www\.|mobile\.)?(?:twitter|x)\.com/(?:\w{1,15}|i/web|i)/status(?:es)?/(\d{1,19})/?"
    r"(?:\?\S*)?"
)


def post_of_url(url: str) -> str | None:
    """The id of the post that an address leads to."""
    match = _URL.fullmatch(url)
    return match[1] if match else None
