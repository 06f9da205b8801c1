"""Restore one dehydrated record from what a source has, or say why that is not possible.

Nothing is guessed: the text must have the hash of the original, and a picture its exact bytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Literal

from ...schema import Record
from ...schema.post_url import authorless
from ...schema.release.dehydrated import DryRecord, text_hash, tokens_hash

Outcome = Literal[
    "same",  # identical to the original
    "image_gone",  # same text, and the source has fewer pictures
    "image_changed",  # same text, as many pictures, and at least one has other bytes
    "text_changed",  # the source has the post with another text
    "gone",  # the source no longer has the post; the detail says why
    "not_fetched",  # the source was never asked, or has not answered yet
    "no_url",  # the record has no post on X, and none of the given releases has it
]


@dataclass(frozen=True, slots=True)
class SourceContent:
    """What a corpus or a release has of a post.

    Attributes:
        text: the clean text, or None where only tokens are known.
        images: paths of the pictures by SHA-256.
        tokens: the tokens, where the source is a release.
        image_count: how many pictures the source has.
        url: the address of the post, with the name of its author if it is known.
    """

    text: str | None
    images: Mapping[str, Path]
    tokens: tuple[str, ...] | None = None
    image_count: int = 0
    url: str = ""


@dataclass(frozen=True, slots=True)
class NotFound:
    """Why no source has a record."""

    outcome: Literal["gone", "not_fetched", "no_url"]
    detail: str


def restore_tokens(dry: DryRecord, content: SourceContent) -> tuple[str, ...] | None:
    """Return the tokens of the original record, or None if the text or the tokens differ."""
    if dry.raw_sha256 is not None and (
        content.text is None or text_hash(content.text) != dry.raw_sha256
    ):
        return None
    if content.tokens is not None:
        tokens = content.tokens
    elif content.text is None:
        return None
    elif dry.offsets is not None:
        tokens = tuple(content.text[start:end] for start, end in dry.offsets)
    else:
        tokens = _cut(content.text, dry.lengths or ())
    is_same = len(tokens) == len(dry.label) and tokens_hash(tokens) == dry.tokens_sha256
    return tokens if is_same else None


def _cut(text: str, lengths: tuple[int, ...]) -> tuple[str, ...]:
    """Cut the characters that are not white space into pieces of these lengths; the rest is one more."""
    characters = "".join(text.split())
    edges = [0, *accumulate(lengths)]
    rest = (characters[edges[-1] :],) if len(characters) > edges[-1] else ()
    return (*(characters[start:end] for start, end in pairwise(edges)), *rest)


def restore_record(dry: DryRecord, content: SourceContent) -> tuple[Record | None, Outcome, str]:
    """Return the record or None, how it compares with the original, and what differs."""
    tokens = restore_tokens(dry, content)
    if tokens is None:
        return None, "text_changed", "the hash of its text differs"
    record = Record(
        id=dry.id,
        text=tokens,
        images=tuple(image.name for image in dry.images),
        label=dry.label,
        url=content.url if authorless(content.url) == dry.url else dry.url,
        raw=content.text if dry.raw_sha256 is not None else None,
        offsets=dry.offsets,
        evidence=dry.evidence,
        origin=dry.origin,
    )
    lost = [
        image.name for image in dry.images if image.sha256 and image.sha256 not in content.images
    ]
    if not lost:
        return record, "same", ""
    is_fewer = content.image_count < len(dry.images)
    return record, "image_gone" if is_fewer else "image_changed", ", ".join(lost)
