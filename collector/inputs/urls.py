"""Read post ids from URLs as people paste them. The pasted URL itself is never fetched.

A line is a URL of X or of one of its mirrors, an archived URL, an embed URL, `tweet:ID` or a bare id. The
host must match exactly: `twitter.com.evil.example` is refused. Only the id of the post is used.
"""

from __future__ import annotations

import re
from typing import Final

MIRRORS: Final = ("vxtwitter.com", "fxtwitter.com", "fixupx.com", "fixvx.com", "twittpr.com")

_ID: Final = "0*([1-9][0-9]{0,18})(?![0-9])"
_HOST: Final = rf"""
    (?: (?:www|mobile|m)\. )? (?: twitter\.com | x\.com | {"|".join(map(re.escape, MIRRORS))} )
  | nitter (?: \.[a-z0-9-]+ )+
"""
COMMON_POST: Final = (
    re.compile(  # matches nearly all lines of a long file, three times as fast as _POST
        r"https://(?:twitter|x)\.com/[A-Za-z0-9_]{1,50}/status/([1-9][0-9]{0,18})(?:[/?#]\S*)?",
        re.ASCII,
    )
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
    """Return (post id, "") of a line that names a post, else (None, why the line is refused)."""
    text = line.strip()
    if archived := _ARCHIVED.match(text):
        text = text[archived.end() :]
    for form in (_POST, _BARE, _EMBED):
        if found := form.fullmatch(text):
            return found[1], ""
    return None, _why_refused(text)


def _why_refused(text: str) -> str:
    if any(char.isspace() for char in text):
        return "wanted one URL per line and nothing else"
    if re.fullmatch(r"(?:tweet:)?[0-9]+", text, re.ASCII):
        return "wanted an id of 1 to 19 digits above 0"
    address = _ADDRESS.match(text)
    host = address[1].lower() if address else ""
    if host == "t.co":
        return "a t.co link does not show its post: open it and enter the URL that it leads to"
    if _X_HOST.fullmatch(host):
        return "a URL of X without /status/ID"
    if "." in host:
        return f"{host[:80]!r} is not a host of X"
    return "neither a post's URL nor its id"


def url_of(post_id: str, author: str | None = None) -> str:
    """Return the URL of a post, in the form without an author if the author is not known."""
    return f"https://x.com/{author or 'i/web'}/status/{post_id}"
