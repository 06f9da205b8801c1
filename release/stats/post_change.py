"""Compare one post in two releases: text, entities, images, split, evidence and URL.

`diff.py` matches the posts of the releases; `diff_text.py` puts a change into words.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from ...schema import Record, Release, Split
from ...schema.release.manifest import IMAGES


class Entity(NamedTuple):
    """An entity of a record.

    Attributes:
        type: PER, LOC, ORG or MISC.
        text: its tokens, joined by spaces.
        start: first token.
        end: token after the last one.
    """

    type: str
    text: str
    start: int
    end: int


class Picture(NamedTuple):
    """An image of a record: its name, and the SHA-256 of its bytes or None if there is no file."""

    name: str
    sha256: str | None


@dataclass(frozen=True, slots=True)
class Change:
    """What differs in a post that both releases have.

    Pairs are (before, after); a field is None, False or empty if nothing differs. If the text differs,
    entities are compared by type and words instead of by position.

    Attributes:
        id: id of the record.
        split: the split.
        text: the clean texts, or the tokens if one release has no clean text.
        entities_added: entities that only `after` has.
        entities_removed: entities that only `before` has.
        retyped: entities at the same position with another type. A moved boundary is instead one entity
            removed and one added.
        images: all images of the post.
        evidence: whether both releases have evidence and it differs.
        url: the URL.
    """

    id: str
    split: tuple[Split, Split] | None
    text: tuple[str, str] | None
    entities_added: tuple[Entity, ...]
    entities_removed: tuple[Entity, ...]
    retyped: tuple[tuple[Entity, Entity], ...]
    images: tuple[tuple[Picture, ...], tuple[Picture, ...]] | None
    evidence: bool
    url: tuple[str, str] | None

    @property
    def kinds(self) -> list[str]:
        """Return the names of the parts that differ, in the order of `KINDS`."""
        parts = {
            "text": self.text,
            "labels": self.entities_added or self.entities_removed or self.retyped,
            "images": self.images,
            "split": self.split,
            "evidence": self.evidence,
            "url": self.url,
        }
        return [kind for kind, differs in parts.items() if differs]


KINDS = ("text", "labels", "images", "split", "evidence", "url")
"""The parts of a post in which it can differ."""

PicturesOf = Callable[[Record], tuple[Picture, ...]]


def compare_post(
    old: tuple[Split, Record], new: tuple[Split, Record], pictures: tuple[PicturesOf, PicturesOf]
) -> Change | None:
    """Return what differs in a post, or None if nothing does.

    Args:
        old: split and record in the older release.
        new: split and record in the newer release.
        pictures: for the older and the newer release, the function of `pictures_of`.
    """
    (old_split, before), (new_split, after) = old, new
    added, removed, retyped = _entity_changes(before, after)
    images = (pictures[0](before), pictures[1](after))
    change = Change(
        after.id,
        split=(old_split, new_split) if old_split != new_split else None,
        text=_different_texts(before, after),
        entities_added=added,
        entities_removed=removed,
        retyped=retyped,
        images=images if images[0] != images[1] else None,
        evidence=None not in (before.evidence, after.evidence)
        and before.evidence != after.evidence,
        url=(before.url, after.url) if before.url != after.url else None,
    )
    return change if change.kinds else None


def _different_texts(before: Record, after: Record) -> tuple[str, str] | None:
    """Return both texts if they or their tokens differ: clean texts if both have one, else tokens."""
    if before.raw is not None and after.raw is not None:
        pair = (before.raw, after.raw)
    else:
        pair = (" ".join(before.text), " ".join(after.text))
    return pair if pair[0] != pair[1] or before.text != after.text else None


def _entities(record: Record) -> Iterator[Entity]:
    for span in record.spans:
        words = " ".join(record.text[span.start : span.end])
        yield Entity(span.type, words, span.start, span.end)


def _entity_changes(
    before: Record, after: Record
) -> tuple[tuple[Entity, ...], tuple[Entity, ...], tuple[tuple[Entity, Entity], ...]]:
    """Return the entities that were (added, removed, retyped)."""
    old, new = list(_entities(before)), list(_entities(after))
    if before.text != after.text:
        return _surplus(new, old), _surplus(old, new), ()
    by_position = {(one.start, one.end): one for one in old}
    retyped = tuple(
        (was, one)
        for one in new
        if (was := by_position.get((one.start, one.end))) and was.type != one.type
    )
    paired = {one for pair in retyped for one in pair}
    added = tuple(one for one in new if one not in old and one not in paired)
    removed = tuple(one for one in old if one not in new and one not in paired)
    return added, removed, retyped


def _surplus(these: list[Entity], others: list[Entity]) -> tuple[Entity, ...]:
    """Return the entities without an equal one, by type and words, among the others.

    If `these` has an entity three times and `others` once, two are returned.
    """
    left = Counter((one.type, one.text) for one in others)
    surplus = []
    for one in these:
        if left[one.type, one.text]:
            left[one.type, one.text] -= 1
        else:
            surplus.append(one)
    return tuple(surplus)


def pictures_of(release: Release) -> PicturesOf:
    """Return a function from a record to its images with hashes.

    The hashes come from the manifest; for a published corpus, which has none, files are read. An image
    without its metadata counts as the same image, so the hash is the one from before they were dropped.
    """
    manifest = release.manifest

    def hash_of(name: str) -> str | None:
        if manifest:
            entry = manifest.files.get(f"{IMAGES}/{name}")
            return manifest.original_of(name) or entry.sha256 if entry else None
        try:
            with release.image_path(name).open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest()
        except OSError:
            return None

    return lambda record: tuple(Picture(name, hash_of(name)) for name in record.images)
