"""One dehydrated record and what a source has for it: the record again, or why it is not to be had.

Nothing is guessed: the text must have the hash of the original, and a picture its bytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Literal

from ...schema import Record
from ...schema.release.dehydrated import DryRecord, text_hash, tokens_hash

Outcome = Literal[
    "same",  # as it was
    "image_gone",  # the text is as it was, and the source has fewer pictures
    "image_changed",  # as many pictures, and one has other bytes
    "text_changed",  # there, with other words
    "gone",  # the source once had it, and why it has not is in the detail
    "not_fetched",  # the source was never asked, or has no answer yet
    "no_url",  # no post of X, and no release that was given has it
]


@dataclass(frozen=True, slots=True)
class Found:
    """What a source has of a post: its clean text, or tokens where these are all; pictures by SHA-256."""

    text: str | None
    images: Mapping[str, Path]
    tokens: tuple[str, ...] | None = None
    image_count: int = 0


@dataclass(frozen=True, slots=True)
class Absent:
    """Why a source has nothing."""

    outcome: Literal["gone", "not_fetched", "no_url"]
    detail: str


def tokens_of(dry: DryRecord, found: Found) -> tuple[str, ...] | None:
    """The tokens of the record, cut out of what was found; None where the words are others."""
    if dry.raw_sha256 is not None and (
        found.text is None or text_hash(found.text) != dry.raw_sha256
    ):
        return None
    if found.tokens is not None:
        tokens = found.tokens
    elif found.text is None:
        return None
    elif dry.offsets is not None:
        tokens = tuple(found.text[start:end] for start, end in dry.offsets)
    else:
        tokens = _cut(found.text, dry.lengths or ())
    is_same = len(tokens) == len(dry.label) and tokens_hash(tokens) == dry.tokens_sha256
    return tokens if is_same else None


def _cut(text: str, lengths: tuple[int, ...]) -> tuple[str, ...]:
    """The characters that are not white space, in pieces of these lengths, and what is left over."""
    marks = "".join(text.split())
    edges = [0, *accumulate(lengths)]
    left = (marks[edges[-1] :],) if len(marks) > edges[-1] else ()
    return (*(marks[start:end] for start, end in pairwise(edges)), *left)


def record_again(dry: DryRecord, found: Found) -> tuple[Record | None, Outcome, str]:
    """The record, or None; how it compares with the original; and what is different."""
    tokens = tokens_of(dry, found)
    if tokens is None:
        return None, "text_changed", "its text has another hash"
    record = Record(
        id=dry.id,
        text=tokens,
        images=tuple(image.name for image in dry.images),
        label=dry.label,
        url=dry.url,
        raw=found.text if dry.raw_sha256 is not None else None,
        offsets=dry.offsets,
        evidence=dry.evidence,
        origin=dry.origin,
    )
    lost = [image.name for image in dry.images if image.sha256 and image.sha256 not in found.images]
    if not lost:
        return record, "same", ""
    is_fewer = found.image_count < len(dry.images)
    return record, "image_gone" if is_fewer else "image_changed", ", ".join(lost)
