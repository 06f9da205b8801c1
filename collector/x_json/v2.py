"""Parse answers of X's API v2: both vocabularies, whole pages and flattened lines. Pure functions.

A page contains posts in `data`, the ids that X does not return in `errors`, and posts that those in `data`
refer to in `includes`. A post that cannot be parsed does not affect the others of its page.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, Final

from pydantic import ValidationError

from ...schema import Fate
from ..source import Answer, Missing
from .lazy_posts import LazyPosts, ToAnswer
from .post import answer_of
from .v2_models import ErrorEntry

FATE_OF_PROBLEM: Final[dict[str, Fate]] = {
    "resource-not-found": "gone",
    "not-authorized-for-resource": "protected",
    "disallowed-resource": "withheld",
}
"""Fates by the last part of a problem's type; problems of any other type may pass."""


def read_v2(value: object) -> LazyPosts | None:
    """Return the posts of a page or of a line of `twarc2 flatten`, or None if the value is neither."""
    if not isinstance(value, dict):
        return None
    if "data" in value or "errors" in value:
        return read_page(value)
    if isinstance(value.get("id"), str) and "text" in value and "id_str" not in value:
        return read_page({"data": [value]})
    return None


def answers_in(page: Mapping[str, Any], *, source: str) -> Iterator[Answer]:
    """Yield an answer for each post in `data` and for each entry of `errors` that is about an asked id.

    A post that cannot be parsed is answered with the fate `unaccounted`, or not at all if it has no id.
    """
    for to_answer in read_page(page).own.values():
        yield to_answer(source)


def read_page(page: Mapping[str, Any]) -> LazyPosts:
    """Return the posts of a page. If an id occurs twice, the first counts, and `data` before `errors`."""
    includes = page.get("includes")
    shown = includes if isinstance(includes, dict) else {}
    by_id = {"media": _by(shown.get("media"), "media_key"), "users": _by(shown.get("users"), "id")}
    own: dict[str, ToAnswer] = {}
    referenced: dict[str, ToAnswer] = {}
    rows = _dicts(page.get("data"))
    for row in rows:
        _add(own, row, by_id)
    for error in _errors_in(page):
        if error.parameter in ("ids", "id", ""):
            own.setdefault(error.resource_id or error.value, partial(_missing, error))
    for row in _referenced_rows(shown, rows):
        _add(referenced, row, by_id)
    return LazyPosts(own, referenced)


def _errors_in(page: Mapping[str, Any]) -> Iterator[ErrorEntry]:
    """Yield the entries of `errors` that are about one post."""
    errors = page.get("errors")
    for value in errors if isinstance(errors, list) else ():
        try:
            error = ErrorEntry.model_validate(value)
        except ValidationError:
            continue
        if (error.resource_id or error.value) and error.resource_type in ("", "tweet", "post"):
            yield error


def _add(posts: dict[str, ToAnswer], row: dict[str, Any], by_id: dict[str, Any]) -> None:
    post_id = row.get("id")
    if isinstance(post_id, str) and post_id:
        posts.setdefault(post_id, lambda source: answer_of(row, source=source, **by_id))


def _missing(error: ErrorEntry, source: str) -> Missing:
    kind = error.type.rsplit("/", 1)[-1]
    fate = FATE_OF_PROBLEM.get(kind, "unaccounted")
    reason = error.detail or error.title or kind
    post_id = error.resource_id or error.value
    return Missing(post_id, fate, reason, can_retry=fate == "unaccounted")


def _referenced_rows(shown: dict[str, Any], rows: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield posts that others refer to: in `includes`, or inside the post in a flattened line."""
    for name in ("posts", "tweets"):
        yield from _dicts(shown.get(name))
    for row in rows:
        for name in ("referenced_posts", "referenced_tweets"):
            yield from (inner for inner in _dicts(row.get(name)) if "text" in inner)


def _dicts(value: object) -> list[dict[str, Any]]:
    items = value if isinstance(value, list) else [value]
    return [item for item in items if isinstance(item, dict)]


def _by(items: object, field: str) -> dict[str, dict[str, Any]]:
    return {
        row[field]: row for row in _dicts(items) if row.get(field) and isinstance(row[field], str)
    }
