"""Parse the JSON files that gallery-dl writes beside its pictures of X, one for each picture of a post.

They are converted to the form of API v2. Their text is unescaped and does not contain the links to media.
They lack the edits, the media keys and the URLs of the pictures; the URLs are built from the file names
at X.
"""

from __future__ import annotations

import html
import json
from dataclasses import replace
from functools import partial
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ..source import Answer, Found
from .lazy_posts import LazyPosts
from .post import PHOTO, answer_of, malformed

ADDRESS: Final = "https://pbs.twimg.com/media/"
PICTURES: Final = ("jpg", "jpeg", "png", "webp")
TEXT: Final = "txt"
MAX_MEDIA: Final = 100
MAX_NAME: Final = 200
MAX_SUFFIX: Final = 10


class Author(BaseModel):
    """The author of a post.

    name: the user name, without the @.
    """

    model_config = ConfigDict(extra="ignore", frozen=True)

    name: str = ""


class Sidecar(BaseModel):
    """One JSON file. The files of other sites have no `tweet_id` and are refused.

    num: position of the picture in the post, from 1.
    count: number of pictures and videos of the post.
    description: the alternative text.
    """

    model_config = ConfigDict(extra="ignore", frozen=True)

    tweet_id: int = Field(gt=0, lt=10**19)
    content: str
    date: str | None = None
    author: Author = Author()
    lang: str | None = None
    sensitive: bool | None = None
    conversation_id: int = 0
    retweet_id: int = 0
    reply_id: int = 0
    quoted_id: int = 0
    num: int = Field(1, ge=0, le=MAX_MEDIA)
    count: int = Field(1, ge=0, le=MAX_MEDIA)
    type: str = ""
    width: int | None = None
    height: int | None = None
    description: str | None = None
    filename: str = Field("", pattern=r"^[^/\\\x00]*$", max_length=MAX_NAME)
    extension: str = Field("", pattern=r"^[A-Za-z0-9]*$", max_length=MAX_SUFFIX)

    @property
    def post_id(self) -> str:
        return str(self.tweet_id)

    @property
    def is_media(self) -> bool:
        return self.extension != TEXT

    @property
    def url(self) -> str:
        return f"{ADDRESS}{self.filename}.{self.extension}" if self.filename else ""


def read_sidecars(value: object) -> LazyPosts | None:
    """Return the post of a list of sidecars, or None if the value is something else."""
    if not (isinstance(value, list) and value and all(isinstance(one, dict) for one in value)):
        return None
    post_id = value[0].get("tweet_id")
    if not isinstance(post_id, int) or any(one.get("tweet_id") != post_id for one in value):
        return None
    return LazyPosts({str(post_id): partial(_answer, value)})


def _answer(value: list[dict[str, Any]], source: str) -> Answer:
    try:
        sidecars = [Sidecar.model_validate(one) for one in value]
    except ValidationError as error:
        return malformed(str(value[0]["tweet_id"]), error)
    payload = json.dumps(value).encode("ascii")
    answer = answer_of(_row(sidecars), source=source, payload=payload)
    if isinstance(answer, Found):
        post = answer.post.model_copy(update={"text_raw": sidecars[0].content})
        return replace(answer, post=post)
    return answer


def _row(sidecars: list[Sidecar]) -> dict[str, Any]:
    """Convert a post to a flattened line of API v2; media without a sidecar become `{}`."""
    first = sidecars[0]
    by_num = {one.num: one for one in sidecars if one.is_media}
    places = range(1, max([*by_num, first.count if by_num else 0]) + 1)
    references = (
        ("retweeted", first.retweet_id),
        ("replied_to", first.reply_id),
        ("quoted", first.quoted_id),
    )
    return {
        "id": first.post_id,
        "text": html.escape(first.content, quote=False),
        "created_at": f"{first.date}+00:00" if first.date else None,
        "lang": first.lang,
        "author": {"username": first.author.name},
        "conversation_id": str(first.conversation_id) if first.conversation_id else None,
        "possibly_sensitive": first.sensitive,
        "referenced_posts": [{"type": kind, "id": str(one)} for kind, one in references if one],
        "attachments": {
            "media": [_media(by_num[place]) if place in by_num else {} for place in places]
        },
    }


def _media(sidecar: Sidecar) -> dict[str, Any]:
    is_picture = sidecar.extension in PICTURES
    return {
        "type": sidecar.type or (PHOTO if is_picture else "video"),
        "url": sidecar.url,
        "width": sidecar.width,
        "height": sidecar.height,
        "alt_text": sidecar.description or None,
    }
