"""The part of X's API v2 answers that we read, as pydantic doors for both vocabularies.

In mid-2026 X renamed its fields (`note_tweet` became `note_post`, `referenced_tweets` became
`referenced_posts`, and so on). twarc's flattened lines have author and media within the post. X adds
fields at will and sends null for many: what we do not know is ignored, and null is as good as absent.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, model_validator


class Door(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _null_is_absent(cls, value: Any) -> Any:
        if isinstance(value, dict):
            return {key: inner for key, inner in value.items() if inner is not None}
        return value


class Link(Door):
    """A URL in the text. start, end: code points of the escaped text."""

    start: int
    end: int
    url: str = ""
    expanded_url: str = ""
    display_url: str = ""
    media_key: str = ""


class Entities(Door):
    urls: tuple[Link, ...] = ()


class Note(Door):
    """The whole text of a long post."""

    text: str


class Reference(Door):
    type: str
    id: str


class Media(Door):
    """type: photo, video or animated_gif. twarc writes `{}` for media that it could not have."""

    media_key: str = ""
    type: str = ""
    url: str = ""
    width: int | None = None
    height: int | None = None
    alt_text: str | None = None


class Attachments(Door):
    """media: the media themselves, in flattened lines only."""

    media_keys: tuple[str, ...] = ()
    media: tuple[Media, ...] = ()


class User(Door):
    id: str = ""
    username: str = ""


class Withheld(Door):
    copyright: bool = False
    country_codes: tuple[str, ...] = ()


class Data(Door):
    """A post."""

    id: str = Field(pattern=r"^[0-9]{1,19}$")
    text: str
    created_at: datetime | None = None
    lang: str | None = None
    author_id: str = ""
    author: User = User()
    conversation_id: str | None = None
    possibly_sensitive: bool | None = None
    withheld: Withheld | None = None
    attachments: Attachments = Attachments()
    entities: Entities = Entities()
    edit_ids: tuple[str, ...] = Field(
        (), validation_alias=AliasChoices("edit_history_post_ids", "edit_history_tweet_ids")
    )
    note: Note | None = Field(None, validation_alias=AliasChoices("note_post", "note_tweet"))
    references: tuple[Reference, ...] = Field(
        (), validation_alias=AliasChoices("referenced_posts", "referenced_tweets")
    )


class Fault(Door):
    """An entry of `errors`. parameter: which part of the request it is about."""

    value: str = ""
    resource_id: str = ""
    resource_type: str = ""
    parameter: str = ""
    title: str = ""
    detail: str = ""
    type: str = ""
