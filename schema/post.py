"""A post as collected, its images, and the clean text that all offsets refer to."""

from __future__ import annotations

import html
import unicodedata
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from .files.file_name import is_base_name

Fate = Literal[
    "pending",
    "kept",
    "gone",
    "protected",
    "withheld",
    "no_image",
    "too_few_images",
    "too_many_images",
    "partial_media",
    "media_failed",
    "video_only",
    "truncated_text",
    "duplicate",
    "unaccounted",
    "refused",
]
"""What became of an input URL; every input line has exactly one fate."""

Kind = Literal["original", "reply", "quote", "retweet"]

EXTENSIONS: Final = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "image/gif": "gif",
}
SNOWFLAKE_EPOCH_MS: Final = 1_288_834_974_657
OLDEST_DATED_ID: Final = 300_000_000_000_000


class Image(BaseModel):
    """One picture of a post.

    The fields about the original bytes are None until the picture has been downloaded and verified.

    Attributes:
        position: place in the post, from 0.
        media_key: the id that X gives the picture.
        source_url: where it was downloaded from.
        status: `ok`, or the reason why there are no pixels.
        sha256: hash of the original bytes.
        media_type: such as `image/jpeg`.
        bytes: size of the original bytes.
        width: pixels, as stored.
        height: pixels, as stored.
        alt_text: the author's description of the picture.
        phash: 64-bit perceptual hash as 16 hex digits.
        variant: the size that was downloaded, `orig` or `large`.
        detail: more about the status.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    position: int = Field(ge=0)
    media_key: str | None = None
    source_url: str = ""
    status: str = "pending"
    sha256: str | None = Field(default=None, pattern=r"^[0-9a-f]{64}$")
    media_type: str | None = None
    bytes: int | None = None
    width: int | None = None
    height: int | None = None
    alt_text: str | None = None
    phash: str | None = Field(default=None, pattern=r"^[0-9a-f]{16}$")
    variant: str | None = None
    detail: str = ""

    @property
    def extension(self) -> str:
        """The file extension in the corpus and in a release, without a dot.

        Raises:
            ValueError: pictures of this type are not kept.
        """
        if self.media_type not in EXTENSIONS:
            raise ValueError(
                f"image type {self.media_type!r}: wanted one of {', '.join(EXTENSIONS)}"
            )
        return EXTENSIONS[self.media_type]


class Post(BaseModel):
    """A post as collected.

    Attributes:
        id: the post id, as digits.
        url: the address of the post.
        text_raw: the text as the source gave it.
        text: the clean text (see `clean_text`).
        created_at: time of the post.
        lang: language code from the source.
        author: account id or name from the source.
        conversation_id: id of the first post of the conversation.
        edit_ids: all ids of the edit chain, oldest first.
        kind: original, reply, quote or retweet.
        possibly_sensitive: the flag of the source.
        images: in the order of the post.
        source: name of the source that gave the post.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=r"^[0-9]{1,19}$")
    url: str
    text_raw: str
    text: str
    created_at: datetime | None = None
    lang: str | None = None
    author: str | None = None
    conversation_id: str | None = None
    edit_ids: tuple[str, ...] = ()
    kind: Kind = "original"
    possibly_sensitive: bool | None = None
    images: tuple[Image, ...] = ()
    source: str

    @model_validator(mode="after")
    def _images_in_order(self) -> Self:
        positions = [image.position for image in self.images]
        if positions != sorted(set(positions)):
            raise ValueError(f"image positions {positions}: wanted each once, in order")
        return self


def clean_text(raw: str, media_links: Iterable[tuple[int, int]] = ()) -> str:
    """Return the text that is tokenized and annotated: media links removed, HTML unescaped once, NFC.

    Emoji sequences, ZWJ and U+FE0F stay unchanged.

    Args:
        raw: the text as the source gave it, with HTML escapes.
        media_links: `[start, end)` of the links to the post's own media, in code points of `raw`.
    """
    text = raw
    for start, end in sorted(set(media_links), reverse=True):
        text = text[:start] + text[end:]
    return unicodedata.normalize("NFC", html.unescape(text)).rstrip()


def time_of_id(post_id: str) -> datetime | None:
    """Return the time of a post, read from its Snowflake id; None for ids older than Snowflake."""
    number = int(post_id)
    if number < OLDEST_DATED_ID:
        return None
    return datetime.fromtimestamp(((number >> 22) + SNOWFLAKE_EPOCH_MS) / 1000, tz=UTC)


def image_name(post_id: str, position: int, extension: str) -> str:
    """Return the file name of an image in a release: `<id>_<position>.<ext>`, with positions from 0."""
    name = f"{post_id}_{position}.{extension}"
    if not is_base_name(name):
        raise ValueError(f"image name {name!r}: wanted a plain file name")
    return name
