"""The parts of X's API v2 answers that the collector reads, as pydantic models for both vocabularies.

In mid-2026 X renamed its fields: `note_tweet` became `note_post`, `referenced_tweets` became
`referenced_posts`, and so on. The lines of `twarc2 flatten` contain author and media inside the post.
"""

from __future__ import annotations

from datetime import datetime

from pydantic import AliasChoices, Field

from .lenient_model import LenientModel


class TextLink(LenientModel):
    """A URL in the text.

    start, end: offsets in code points of the escaped text.
    media_key: set if the link leads to a picture or video of the post.
    """

    start: int
    end: int
    url: str = ""
    expanded_url: str = ""
    display_url: str = ""
    media_key: str = ""


class Entities(LenientModel):
    """What X found in the text."""

    urls: tuple[TextLink, ...] = ()


class LongText(LenientModel):
    """The complete text of a long post."""

    text: str


class Reference(LenientModel):
    """Another post that this one refers to.

    type: retweeted, quoted or replied_to.
    """

    type: str
    id: str


class Media(LenientModel):
    """A picture or video. twarc writes `{}` for media that X did not return.

    type: photo, video or animated_gif.
    """

    media_key: str = ""
    type: str = ""
    url: str = ""
    width: int | None = None
    height: int | None = None
    alt_text: str | None = None


class Attachments(LenientModel):
    """The media of a post.

    media_keys: their keys, in the order of the post.
    media: the media themselves, in flattened lines only.
    """

    media_keys: tuple[str, ...] = ()
    media: tuple[Media, ...] = ()


class User(LenientModel):
    """The author of a post."""

    id: str = ""
    username: str = ""


class Withheld(LenientModel):
    """Where and why X withholds a post."""

    copyright: bool = False
    country_codes: tuple[str, ...] = ()


class PostData(LenientModel):
    """A post.

    author: set in flattened lines only.
    edit_ids: ids of all versions of the post, oldest first.
    note: the complete text of a long post, whose `text` is cut.
    """

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
    note: LongText | None = Field(None, validation_alias=AliasChoices("note_post", "note_tweet"))
    references: tuple[Reference, ...] = Field(
        (), validation_alias=AliasChoices("referenced_posts", "referenced_tweets")
    )


class ErrorEntry(LenientModel):
    """An entry of `errors`.

    parameter: the part of the request that it is about.
    type: URL of the kind of problem.
    """

    value: str = ""
    resource_id: str = ""
    resource_type: str = ""
    parameter: str = ""
    title: str = ""
    detail: str = ""
    type: str = ""
