"""Remove a post's text and its author's name from the payloads of other posts: they quote a post in place.

Pure functions. The quoting post's own text is not searched.
"""

from __future__ import annotations

import json
import re
from collections.abc import Set
from typing import Any, Final

from ..schema.post_url import AUTHORLESS

_IDS: Final = re.compile(rb"[0-9]{1,19}")
_KEPT: Final = ("type", "id", "id_str")
_ID_KEYS: Final = ("id", "id_str", "rest_id")
_ADDRESS: Final = re.compile(
    r"(?:https?://)?(?:[a-z]+\.)?(?:twitter|x)\.com/\w{1,50}/status(?:es)?/([0-9]{1,19})(?![0-9])",
    re.IGNORECASE,
)


def without_quoted(payload: bytes, buried: Set[str]) -> bytes | None:
    """Return the payload with only the ids left of the buried posts, or None if it contains none of them.

    Addresses of these posts lose the name of the author, and the list of users loses the authors that no
    other post in the payload has.

    Args:
        payload: answer of a source, as JSON.
        buried: ids of the posts to remove.
    """
    named = {number.decode("ascii") for number in _IDS.findall(payload)} & buried
    if not named:
        return None
    try:
        value = json.loads(payload)
    except ValueError:
        return None
    authors: set[str] = set()
    rest = _pruned(value, named, authors)
    if authors := authors - _authors(rest):
        rest = _without_users(rest, authors)
    return None if rest == value else json.dumps(rest).encode("ascii")


def _pruned(value: Any, buried: Set[str], authors: set[str]) -> Any:
    """Return the value without the posts, and add the ids of their authors to `authors`."""
    if isinstance(value, list):
        return [_pruned(one, buried, authors) for one in value]
    if isinstance(value, str):
        return _ADDRESS.sub(
            lambda found: AUTHORLESS + found[1] if found[1] in buried else found[0], value
        )
    if not isinstance(value, dict):
        return value
    if any(str(value.get(key)) in buried for key in _ID_KEYS):
        if "author_id" in value:
            authors.add(str(value["author_id"]))
        return {key: value[key] for key in _KEPT if key in value}
    return {key: _pruned(inner, buried, authors) for key, inner in value.items()}


def _authors(value: Any) -> set[str]:
    """Return the ids of the authors of all posts in a value."""
    if isinstance(value, list):
        return set().union(*map(_authors, value))
    if not isinstance(value, dict):
        return set()
    own = {str(value["author_id"])} if "author_id" in value else set()
    return own.union(*map(_authors, value.values()))


def _without_users(value: Any, authors: Set[str]) -> Any:
    """Return the value with `users` lists that lack these authors."""
    if isinstance(value, list):
        return [_without_users(one, authors) for one in value]
    if not isinstance(value, dict):
        return value
    return {
        key: [one for one in inner if not (isinstance(one, dict) and str(one.get("id")) in authors)]
        if key == "users" and isinstance(inner, list)
        else _without_users(inner, authors)
        for key, inner in value.items()
    }
