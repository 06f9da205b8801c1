"""Count the posts whose end a system does not read, because they are longer than its reader allows.

The words that are cut are predicted O, so an entity that reaches into them is lost: it counts as missed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from ...schema import Record, Release, Split

if TYPE_CHECKING:
    from ..networks.tagger import Reader


class Truncated(BaseModel):
    """Counts of one split.

    Attributes:
        posts: posts whose end is not read.
        entities: their gold entities that are not read, or not completely.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    posts: int
    entities: int


def count_truncated(reader: Reader, records: Sequence[Record]) -> Truncated:
    """Count the records that the reader cuts, and the entities that are lost by it."""
    if not records:
        return Truncated(posts=0, entities=0)
    kept = [len(labels) for labels in reader.encode(records)["labels"]]  # words of each record
    cut = [
        (record, words)
        for record, words in zip(records, kept, strict=True)
        if words < len(record.text)
    ]
    lost = sum(span.end > words for record, words in cut for span in record.spans)
    return Truncated(posts=len(cut), entities=lost)


def truncated_splits(reader: Reader, release: Release) -> dict[Split, Truncated]:
    """Return the counts of each split of a release."""
    return {split: count_truncated(reader, records) for split, records in release.splits.items()}


def truncated_text(splits: Mapping[Split, Truncated]) -> str:
    """Return the counts of the splits that have posts that are cut, "" if there are none."""
    found = [
        f"{split} {one.posts:,} {'post' if one.posts == 1 else 'posts'}"
        f" ({one.entities:,} {'entity' if one.entities == 1 else 'entities'} lost)"
        for split, one in splits.items()
        if one.posts
    ]
    return ", ".join(found)
