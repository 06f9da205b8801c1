"""Post and Image: one tweet as it was collected, and the clean text that all offsets refer to."""

from __future__ import annotations

import html
import unicodedata
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from .record import is_base_name

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
"""What became of an input URL (ARCHITECTURE, section 3): every line of the input has one."""

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

    position: from 0, in the order of the post. media_key: X's name for it. source_url: where it came
    from. sha256, bytes, width, height (pixels, as stored), media_type: of the original bytes, once
    verified. variant: the size that was got (`orig`, `large`). phash: 64-bit perceptual hash as 16
    hex digits.
    status: `ok`, or the reason why there are no pixels.
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
        """Of its file, here and in a release. Raises ValueError for a type that is not kept."""
        if self.media_type not in EXTENSIONS:
            raise ValueError(
                f"image type {self.media_type!r}: wanted one of {', '.join(EXTENSIONS)}"
            )
        return EXTENSIONS[self.media_type]


class Post(BaseModel):
    """One tweet as collected. `text` is the clean text (see `clean_text`); `text_raw` what the source gave.

    edit_ids: all ids of the edit chain, oldest first. source: the name of the source that gave it.
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
    """The text that is tokenized and annotated: media links cut, HTML unescaped once, NFC.

    media_links: `[start, end)` of the links to the post's own media, in code points of `raw` (the
    escaped text). Emoji sequences, ZWJ and U+FE0F stay as they are.
    """
    text = raw
    for start, end in sorted(set(media_links), reverse=True):
        text = text[:start] + text[end:]
    return unicodedata.normalize("NFC", html.unescape(text)).rstrip()


def time_of_id(post_id: str) -> datetime | None:
    """When a post was made, read from its id (a Snowflake); None for ids older than the scheme."""
    number = int(post_id)
    if number < OLDEST_DATED_ID:
        return None
    return datetime.fromtimestamp(((number >> 22) + SNOWFLAKE_EPOCH_MS) / 1000, tz=UTC)


def image_name(post_id: str, position: int, extension: str) -> str:
    """The file name of a post's image in a release: `<id>_<position>.<ext>`, position from 0."""
    name = f"{post_id}_{position}.{extension}"
    if not is_base_name(name):
        raise ValueError(f"image name {name!r}: wanted a plain file name")
    return name
