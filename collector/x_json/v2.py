"""X's API v2 answers to ours: pure, no network, both vocabularies, pages and flattened lines.

A page tells of the posts in `data`, in `errors` of those that are not to be had, and in passing of
posts that these refer to. One odd post must not spoil its page.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, Final

from pydantic import ValidationError

from ...schema import Fate
from ..source import Answer, Missing
from .fields import Fault
from .post import answer_of
from .reading import Reading, Tell

FATE_OF_FAULT: Final[dict[str, Fate]] = {
    "resource-not-found": "gone",
    "not-authorized-for-resource": "protected",
    "disallowed-resource": "withheld",
}
"""By the last part of a problem's type. Any other kind may be another at the next try."""


def read_v2(value: object) -> Reading | None:
    """A page, or a post as `twarc2 flatten` writes it; None where the value is neither."""
    if not isinstance(value, dict):
        return None
    if "data" in value or "errors" in value:
        return read_page(value)
    if isinstance(value.get("id"), str) and "text" in value and "id_str" not in value:
        return read_page({"data": [value]})
    return None


def answers_in(page: Mapping[str, Any], *, source: str) -> Iterator[Answer]:
    """What a response says of each post in `data` and, where it is about an asked id, in `errors`.

    Something that is not shaped as expected becomes `unaccounted`, or nothing where it has no id.
    """
    for tell in read_page(page).own.values():
        yield tell(source)


def read_page(page: Mapping[str, Any]) -> Reading:
    """The posts of a page. Of a post that is there twice the first counts, and data above errors."""
    includes = page.get("includes")
    shown = includes if isinstance(includes, dict) else {}
    by_id = {"media": _by(shown.get("media"), "media_key"), "users": _by(shown.get("users"), "id")}
    own: dict[str, Tell] = {}
    within: dict[str, Tell] = {}
    rows = _dicts(page.get("data"))
    for row in rows:
        _tell(own, row, by_id)
    for fault in faults_in(page):
        if fault.parameter in ("ids", "id", ""):
            own.setdefault(fault.resource_id or fault.value, partial(_missing, fault))
    for row in _inner_rows(shown, rows):
        _tell(within, row, by_id)
    return Reading(own, within)


def faults_in(page: Mapping[str, Any]) -> Iterator[Fault]:
    """The entries of `errors` that are about one post."""
    errors = page.get("errors")
    for error in errors if isinstance(errors, list) else ():
        try:
            fault = Fault.model_validate(error)
        except ValidationError:
            continue
        if (fault.resource_id or fault.value) and fault.resource_type in ("", "tweet", "post"):
            yield fault


def _tell(told: dict[str, Tell], row: dict[str, Any], by_id: dict[str, Any]) -> None:
    post_id = row.get("id")
    if isinstance(post_id, str) and post_id:
        told.setdefault(post_id, lambda source: answer_of(row, source=source, **by_id))


def _missing(fault: Fault, source: str) -> Missing:
    kind = fault.type.rsplit("/", 1)[-1]
    fate = FATE_OF_FAULT.get(kind, "unaccounted")
    said = fault.detail or fault.title or kind
    post_id = fault.resource_id or fault.value
    return Missing(post_id, fate, said, can_retry=fate == "unaccounted")


def _inner_rows(shown: dict[str, Any], rows: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Posts that others of the page refer to: in `includes`, or in place in a flattened line."""
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
