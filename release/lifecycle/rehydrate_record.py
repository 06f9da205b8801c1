"""Restore one dehydrated record from what a source has, or say why that is not possible.

Nothing is guessed: the text must have the hash of the original, and a picture its exact bytes, after its
metadata were dropped, as they are from every picture of a release.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Literal

from ...schema import Record
from ...schema.post_url import authorless
from ...schema.release.dehydrated import DryRecord, text_hash, tokens_hash
from ...schema.release.picture_file import released_hash

Outcome = Literal[
    "same",  # identical to the original
    "image_stripped",  # same text and pixels; the original has metadata in a picture, which are dropped
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
        images: paths of the pictures by SHA-256; a picture of a release also by that of before its metadata
            were dropped.
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


@dataclass(frozen=True, slots=True)
class Restored:
    """A restored record.

    Attributes:
        record: the record, or None if its text differs.
        outcome: how it compares with the original.
        detail: what differs.
        images: image name to file, for the images that were found.
        originals: image name to SHA-256 in the original, for images that have metadata there.
    """

    record: Record | None
    outcome: Outcome
    detail: str = ""
    images: Mapping[str, Path] = field(default_factory=dict)
    originals: Mapping[str, str] = field(default_factory=dict)


def restore_record(
    dry: DryRecord,
    content: SourceContent,
    original_of: Callable[[str], str | None] = lambda image: None,
) -> Restored:
    """Restore a record.

    Args:
        dry: the dehydrated record.
        content: what a source has of it.
        original_of: returns the SHA-256 of an image before its metadata were dropped, by its name.
    """
    tokens = restore_tokens(dry, content)
    if tokens is None:
        return Restored(None, "text_changed", "the hash of its text differs")
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
    images: dict[str, Path] = {}
    originals: dict[str, str] = {}
    lost = []
    for image in dry.images:
        if image.sha256 is None:
            continue  # the original has no such file
        found = _find_image(image.sha256, original_of(image.name), content.images)
        if found is None:
            lost.append(image.name)
            continue
        images[image.name], is_same = found
        if not is_same:
            originals[image.name] = image.sha256
    outcome: Outcome = "image_stripped" if originals else "same"
    if lost:
        outcome = "image_gone" if content.image_count < len(dry.images) else "image_changed"
    return Restored(record, outcome, ", ".join(lost or originals), images, originals)


def _find_image(
    sha256: str, original: str | None, images: Mapping[str, Path]
) -> tuple[Path, bool] | None:
    """Return the file of an image, and whether a release has it with the wanted hash; None without it."""
    if path := images.get(sha256):
        released = released_hash(path)
        return (path, released == sha256) if released else None
    path = images.get(original) if original else None
    return (path, True) if path and released_hash(path) == sha256 else None
