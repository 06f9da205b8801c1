"""Split a URL of strangers into its parts; a text that is no URL has none."""

from __future__ import annotations

from urllib.parse import SplitResult, urlsplit


def url_parts(url: str) -> SplitResult:
    """Return the parts of a URL; all are empty if it is none, such as `http://[` or one with a wrong port."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return urlsplit("")
    return parts
