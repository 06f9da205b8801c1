"""`release diff`: what became of every post between two releases, down to its entities and images.

Posts are matched by id, and compared as they were released. What this does not do: print
(`diff_text.py`), or ask why; but a post that is gone because it was withdrawn is named as such.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from ...schema import SPLITS, TYPES, Record, Release, Split
from ...schema.post_url import post_of_url
from ...schema.progress import OnCount, ignore_count
from ...schema.release.manifest import IMAGES, Withdrawn


class Entity(NamedTuple):
    """An entity as a reader sees it. start, end: in tokens."""

    type: str
    text: str
    start: int
    end: int


class Picture(NamedTuple):
    """An image of a record: its name and the SHA-256 of its bytes, None where there is no file."""

    name: str
    sha256: str | None


@dataclass(frozen=True, slots=True)
class Standing:
    """A post that only one of the two has. withdrawn: its tombstone, where either release has one."""

    id: str
    url: str
    split: Split
    withdrawn: Withdrawn | None


@dataclass(frozen=True, slots=True)
class Change:
    """What differs in a post that both have: pairs are (before, after), None or empty where the same.

    retyped: entities in the same place with another type; a moved edge is one removed and one added.
    Of a post with another text, entities are compared by their words.
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
        """The words for what differs."""
        is_other = {
            "text": self.text,
            "labels": self.entities_added or self.entities_removed or self.retyped,
            "images": self.images,
            "split": self.split,
            "evidence": self.evidence,
            "url": self.url,
        }
        return [kind for kind, differs in is_other.items() if differs]


KINDS = ("text", "labels", "images", "split", "evidence", "url")


@dataclass(frozen=True, slots=True)
class Diff:
    """Two releases compared. withdrawn: tombstones that `after` has and `before` had not."""

    before: Release
    after: Release
    added: tuple[Standing, ...]
    removed: tuple[Standing, ...]
    changed: tuple[Change, ...]
    unchanged: int
    withdrawn: tuple[Withdrawn, ...]

    def count(self, kind: str) -> int:
        """How many of the changed posts differ in this."""
        return sum(kind in change.kinds for change in self.changed)

    def sizes(self) -> dict[str, tuple[int, int]]:
        """Posts in each split, entities of each type, and images named: before and after."""
        pairs: dict[str, tuple[int, int]] = {
            split: (len(self.before.splits.get(split, ())), len(self.after.splits.get(split, ())))
            for split in SPLITS
        }
        first, second = _totals(self.before), _totals(self.after)
        return pairs | {name: (first[name], second[name]) for name in (*TYPES, "images")}


def diff_releases(before: Release, after: Release, *, on_post: OnCount = ignore_count) -> Diff:
    """Every post of both, once. Ids that a published corpus repeats are matched in their order."""
    old, new = _by_key(before), _by_key(after)
    stones = {one.id: one for release in (before, after) for one in _withdrawn(release)}
    common = [key for key in new if key in old]
    pictures = _pictures_of(before), _pictures_of(after)
    changed = []
    for done, key in enumerate(common, start=1):
        if change := _change(old[key], new[key], pictures):
            changed.append(change)
        on_post(done, len(common))
    known = {one.id for one in _withdrawn(before)}
    return Diff(
        before,
        after,
        added=tuple(_standing(*new[key], stones) for key in new if key not in old),
        removed=tuple(_standing(*old[key], stones) for key in old if key not in new),
        changed=tuple(changed),
        unchanged=len(common) - len(changed),
        withdrawn=tuple(one for one in _withdrawn(after) if one.id not in known),
    )


def _withdrawn(release: Release) -> tuple[Withdrawn, ...]:
    return release.manifest.withdrawn if release.manifest else ()


def _by_key(release: Release) -> dict[tuple[str, int], tuple[Split, Record]]:
    """(id, how many records before it have the id) to where it stands."""
    seen: Counter[str] = Counter()
    standing = {}
    for split in SPLITS:
        for record in release.splits.get(split, ()):
            standing[record.id, seen[record.id]] = (split, record)
            seen[record.id] += 1
    return standing


def _standing(split: Split, record: Record, stones: Mapping[str, Withdrawn]) -> Standing:
    stone = stones.get(record.id) or stones.get(post_of_url(record.url) or "")
    return Standing(record.id, record.url, split, stone)


PicturesOf = Callable[[Record], tuple[Picture, ...]]


def _change(
    old: tuple[Split, Record], new: tuple[Split, Record], pictures: tuple[PicturesOf, PicturesOf]
) -> Change | None:
    (old_split, before), (new_split, after) = old, new
    added, removed, retyped = _entity_changes(before, after)
    images = (pictures[0](before), pictures[1](after))
    change = Change(
        after.id,
        split=(old_split, new_split) if old_split != new_split else None,
        text=_texts(before, after),
        entities_added=added,
        entities_removed=removed,
        retyped=retyped,
        images=images if images[0] != images[1] else None,
        evidence=None not in (before.evidence, after.evidence)
        and before.evidence != after.evidence,
        url=(before.url, after.url) if before.url != after.url else None,
    )
    return change if change.kinds else None


def _texts(before: Record, after: Record) -> tuple[str, str] | None:
    """Where they differ: the clean texts, or the tokens where one of the two has only these."""
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
    """(added, removed, retyped)."""
    old, new = list(_entities(before)), list(_entities(after))
    if before.text != after.text:
        return _more(new, old), _more(old, new), ()
    places = {(one.start, one.end): one for one in old}
    retyped = tuple(
        (was, one)
        for one in new
        if (was := places.get((one.start, one.end))) and was.type != one.type
    )
    settled = {one for pair in retyped for one in pair}
    added = tuple(one for one in new if one not in old and one not in settled)
    removed = tuple(one for one in old if one not in new and one not in settled)
    return added, removed, retyped


def _more(these: list[Entity], others: list[Entity]) -> tuple[Entity, ...]:
    """Those that are not among the others by type and words, each as often as it is too many."""
    left = Counter((one.type, one.text) for one in others)
    more = []
    for one in these:
        if left[one.type, one.text]:
            left[one.type, one.text] -= 1
        else:
            more.append(one)
    return tuple(more)


def _pictures_of(release: Release) -> PicturesOf:
    """Images with their hashes: a manifest knows them, files of a published corpus are read."""
    manifest = release.manifest

    def hash_of(name: str) -> str | None:
        if manifest:
            entry = manifest.files.get(f"{IMAGES}/{name}")
            return entry.sha256 if entry else None
        try:
            with release.image_path(name).open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest()
        except OSError:
            return None

    return lambda record: tuple(Picture(name, hash_of(name)) for name in record.images)


def _totals(release: Release) -> Counter[str]:
    totals: Counter[str] = Counter()
    for record in release.records():
        totals.update(span.type for span in record.spans)
        totals["images"] += len(record.images)
    return totals
