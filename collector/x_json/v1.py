"""Parse posts in X's older form: lines of twarc 1 (API v1.1) and the answers of syndication.

They are converted to the form of API v2, so that `post.py` parses all of them. v1.1 lacks the conversation,
the edits, and any sign that a text of more than 280 characters is cut. Syndication has the edits and that
sign, but no media keys.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any, Final, TypeGuard

from pydantic import AliasChoices, Field, ValidationError

from ..source import Answer, Found
from .lazy_posts import LazyPosts
from .lenient_model import LenientModel
from .post import PHOTO, answer_of, malformed

V1_TIME: Final = "%a %b %d %H:%M:%S %z %Y"
PHOTO_KEY: Final = "3_"
INNER: Final = ("retweeted_status", "quoted_status")


class _Size(LenientModel):
    width: int | None = None
    height: int | None = None


class _Media(LenientModel):
    """A picture or video.

    id_str: the media key without the number of its type in front.
    indices: start and end of its link, in the escaped text.
    """

    id_str: str = ""
    type: str = ""
    media_url_https: str = ""
    url: str = ""
    display_url: str = ""
    expanded_url: str = ""
    indices: tuple[int, int] = (0, 0)
    original_info: _Size = _Size()
    ext_alt_text: str | None = None

    @property
    def media_key(self) -> str:
        return PHOTO_KEY + self.id_str if self.id_str and self.type == PHOTO else ""


class _Entities(LenientModel):
    media: tuple[_Media, ...] = ()


class _User(LenientModel):
    screen_name: str = ""


class _Edits(LenientModel):
    edit_tweet_ids: tuple[str, ...] = ()


class _Post(LenientModel):
    """A post of v1.1 or of syndication.

    media: set by syndication only.
    note_tweet: set by syndication if the text is cut; it does not contain the complete text.
    """

    id_str: str = Field(pattern=r"^[0-9]{1,19}$")
    text: str = Field(validation_alias=AliasChoices("full_text", "text"))
    created_at: str | None = None
    lang: str | None = None
    user: _User = _User()
    possibly_sensitive: bool | None = None
    truncated: bool = False
    entities: _Entities = _Entities()
    extended_entities: _Entities = _Entities()
    media: tuple[_Media, ...] = Field((), validation_alias="mediaDetails")
    edit_control: _Edits = _Edits()
    note_tweet: Any = None
    in_reply_to_status_id_str: str = ""
    is_quote_status: bool = False
    quoted_tweet: Any = None
    retweeted_status: Any = None
    withheld_copyright: bool = False
    withheld_in_countries: tuple[str, ...] = ()

    @property
    def all_media(self) -> tuple[_Media, ...]:
        return self.media or self.extended_entities.media or self.entities.media


def read_v1(value: object) -> LazyPosts | None:
    """Return a post and those that it retweets or quotes, or None if the value is in another form."""
    if not _is_post(value):
        return None
    return LazyPosts(
        {value["id_str"]: partial(_answer, value)},
        {inner["id_str"]: partial(_answer, inner) for inner in _inner(value)},
    )


def _is_post(value: object) -> TypeGuard[dict[str, Any]]:
    return (
        isinstance(value, dict)
        and isinstance(value.get("id_str"), str)
        and ("full_text" in value or "text" in value)
    )


def _inner(value: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the posts that it retweets or quotes, and the post that the retweeted one quotes."""
    retweeted = value.get("retweeted_status")
    for outer in (value, retweeted) if _is_post(retweeted) else (value,):
        for name in INNER:
            inner = outer.get(name)
            if _is_post(inner):
                yield inner


def _answer(value: dict[str, Any], source: str) -> Answer:
    extended = value.get("extended_tweet")  # in streams: the complete text and all media
    whole = {**value, **extended, "truncated": False} if isinstance(extended, dict) else value
    try:
        post = _Post.model_validate(whole)
    except ValidationError as error:
        return malformed(value["id_str"], error)
    payload = json.dumps(value).encode("ascii")
    answer = answer_of(_row(post), source=source, payload=payload)
    is_cut = post.truncated or post.note_tweet is not None
    if is_cut and isinstance(answer, Found) and answer.post.images and answer.fate != "withheld":
        reason = "a long post; the source returns only its beginning"
        return replace(answer, fate="truncated_text", reason=reason)
    return answer


def _row(post: _Post) -> dict[str, Any]:
    """Convert a post to a flattened line of API v2."""
    row: dict[str, Any] = {
        "id": post.id_str,
        "text": post.text,
        "created_at": _time(post.created_at),
        "lang": post.lang,
        "author": {"username": post.user.screen_name},
        "possibly_sensitive": post.possibly_sensitive,
        "edit_history_post_ids": post.edit_control.edit_tweet_ids,
        "referenced_posts": list(_references(post)),
        "attachments": {"media": [_attached(one) for one in post.all_media]},
        "entities": {"urls": [_link(one) for one in post.all_media]},
    }
    if post.withheld_copyright or post.withheld_in_countries:
        row["withheld"] = {
            "copyright": post.withheld_copyright,
            "country_codes": post.withheld_in_countries,
        }
    return row


def _references(post: _Post) -> Iterator[dict[str, str]]:
    if _is_post(post.retweeted_status):
        yield {"type": "retweeted", "id": post.retweeted_status["id_str"]}
    if post.in_reply_to_status_id_str:
        yield {"type": "replied_to", "id": post.in_reply_to_status_id_str}
    if post.is_quote_status or post.quoted_tweet is not None:
        yield {"type": "quoted", "id": ""}


def _attached(media: _Media) -> dict[str, Any]:
    return {
        "media_key": media.media_key,
        "type": media.type,
        "url": media.media_url_https,
        "width": media.original_info.width,
        "height": media.original_info.height,
        "alt_text": media.ext_alt_text,
    }


def _link(media: _Media) -> dict[str, Any]:
    start, end = media.indices
    return {
        "start": start,
        "end": end,
        "url": media.url,
        "expanded_url": media.expanded_url,
        "display_url": media.display_url,
    }


def _time(text: str | None) -> datetime | str | None:
    """Parse `Mon May 13 08:44:25 +0000 2024` of v1.1; leave the ISO format of syndication as it is."""
    try:
        return datetime.strptime(text, V1_TIME) if text else None
    except ValueError:
        return text
