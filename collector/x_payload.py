"""What X's API v2 says of posts, in both vocabularies, to our Post: pure, no network.

In mid-2026 X renamed its fields (`note_tweet` became `note_post`, `referenced_tweets`
`referenced_posts`, and so on); both are read. twarc's flattened lines are read too. Traps that are
handled here: the order of images is that of `media_keys`; offsets count the escaped text; several
photos share one link; a long post's text stands in its note; a retweet's text is cut.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from pydantic import AliasChoices, BaseModel, ConfigDict, Field

from ..schema import Fate, Image, Post, clean_text
from ..schema.post import Kind
from .source import Answer, Found, Missing, Redirect
from .urls import url_of

NOT_HYDRATED: Final = "not_hydrated"
KINDS: Final[dict[str, Kind]] = {"replied_to": "reply", "quoted": "quote", "retweeted": "retweet"}
FATE_OF_PROBLEM: Final[dict[str, Fate]] = {
    "resource-not-found": "gone",
    "not-authorized-for-resource": "protected",
    "disallowed-resource": "withheld",
    "resource-unavailable": "withheld",
}


class _Door(BaseModel):
    """X adds fields at will: what we do not know is ignored."""

    model_config = ConfigDict(extra="ignore", populate_by_name=True)


class _Link(_Door):
    start: int
    end: int
    url: str
    expanded_url: str = ""
    media_key: str | None = None


class _Entities(_Door):
    urls: list[_Link] = []


class _Note(_Door):
    text: str


class _Reference(_Door):
    type: str
    id: str


class _Media(_Door):
    """twarc writes `{}` for media that it could not have."""

    media_key: str = ""
    type: str = ""
    url: str = ""
    width: int | None = None
    height: int | None = None
    alt_text: str | None = None


class _Attachments(_Door):
    media_keys: list[str] = []
    media: list[_Media] = []


class _User(_Door):
    id: str = ""
    username: str = ""


class _Data(_Door):
    id: str
    text: str
    created_at: datetime | None = None
    lang: str | None = None
    author_id: str = ""
    author: _User | None = None
    conversation_id: str | None = None
    possibly_sensitive: bool | None = None
    edit_ids: list[str] = Field(
        [], validation_alias=AliasChoices("edit_history_tweet_ids", "edit_history_post_ids")
    )
    note: _Note | None = Field(None, validation_alias=AliasChoices("note_tweet", "note_post"))
    references: list[_Reference] = Field(
        [], validation_alias=AliasChoices("referenced_tweets", "referenced_posts")
    )
    attachments: _Attachments = _Attachments()
    entities: _Entities = _Entities()


class _Includes(_Door):
    media: list[_Media] = []
    users: list[_User] = []


class _Problem(_Door):
    value: str = ""
    resource_id: str = ""
    title: str = ""
    detail: str = ""
    type: str = ""


def answers_in(page: Mapping[str, Any], *, source: str) -> Iterator[Answer]:
    """The answers of one response (`data`, `includes`, `errors`) or one flattened line.

    Raises pydantic.ValidationError where the shape is another one.
    """
    if "data" not in page and "errors" not in page:
        page = {"data": [page]}
    data = page.get("data") or []
    rows: list[dict[str, Any]] = data if isinstance(data, list) else [data]
    includes = _Includes.model_validate(page.get("includes") or {})
    media = {item.media_key: item for item in includes.media}
    users = {user.id: user.username for user in includes.users}
    for row in rows:
        yield _answer(_Data.model_validate(row), row, media, users, source)
    answered = {str(row["id"]) for row in rows}
    for error in page.get("errors") or []:
        problem = _Problem.model_validate(error)
        post_id = problem.resource_id or problem.value
        if post_id.isdigit() and post_id not in answered:
            kind = problem.type.rsplit("/", 1)[-1]
            fate = FATE_OF_PROBLEM.get(kind, "unaccounted")
            yield Missing(post_id, fate, problem.detail or problem.title or kind)


def _answer(
    data: _Data,
    row: Mapping[str, Any],
    media: Mapping[str, _Media],
    users: Mapping[str, str],
    source: str,
) -> Answer:
    kinds = {reference.type: reference.id for reference in data.references}
    if "retweeted" in kinds:
        return Redirect(data.id, kinds["retweeted"])
    own = {item.media_key: item for item in data.attachments.media}
    keys = data.attachments.media_keys or list(own)
    found = [(key, own.get(key) or media.get(key)) for key in keys]
    photos = [(key, item) for key, item in found if not item or item.type in ("photo", "")]
    if found and not photos:
        return Missing(data.id, "video_only", "it has a video or a GIF and no picture")
    author = (data.author.username if data.author else "") or users.get(data.author_id) or None
    post = Post(
        id=data.id,
        url=url_of(data.id, author),
        text_raw=data.note.text if data.note else data.text,
        text=_clean(data),
        created_at=data.created_at,
        lang=data.lang,
        author=author,
        conversation_id=data.conversation_id,
        edit_ids=tuple(data.edit_ids),
        kind=next((KINDS[kind] for kind in kinds if kind in KINDS), "original"),
        possibly_sensitive=data.possibly_sensitive,
        images=tuple(_image(place, item) for place, (_, item) in enumerate(photos)),
        source=source,
    )
    kept = {"data": row, "includes": {"media": [m.model_dump() for _, m in found if m]}}
    return Found(data.id, post, json.dumps(kept, ensure_ascii=False, sort_keys=True).encode())


def _image(position: int, media: _Media | None) -> Image:
    if media is None or not media.url:
        return Image(position=position, status=NOT_HYDRATED, detail="X gave no address for it")
    return Image(position=position, source_url=media.url, alt_text=media.alt_text)


def _clean(data: _Data) -> str:
    """The clean text, links to the post's own media cut by offset where that holds, else by string."""
    links = [link for link in data.entities.urls if _is_own_media(link, data.id)]
    if data.note:
        return clean_text(data.note.text, _found(data.note.text, {link.url for link in links}))
    exact = [(k.start, k.end) for k in links if data.text[k.start : k.end] == k.url]
    moved = {k.url for k in links if data.text[k.start : k.end] != k.url}
    return clean_text(data.text, [*exact, *_found(data.text, moved)])


def _is_own_media(link: _Link, post_id: str) -> bool:
    path = link.expanded_url
    return link.media_key is not None or f"/status/{post_id}/photo/" in path


def _found(text: str, urls: set[str]) -> list[tuple[int, int]]:
    return [(at, at + len(url)) for url in urls if (at := text.rfind(url)) >= 0]
