"""Compare two releases post by post, down to the entities and images of each post.

Posts are matched by id. The result does not explain differences, except that a missing post is marked as
withdrawn if a release says so. `post_change.py` compares one post; `diff_text.py` writes the result as
tables, Markdown or JSON.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from ...schema import SPLITS, TYPES, Record, Release, Split
from ...schema.post_url import post_of_url
from ...schema.progress import OnCount, ignore_count
from ...schema.release.manifest import Withdrawn
from .post_change import Change, compare_post, pictures_of


@dataclass(frozen=True, slots=True)
class UnmatchedPost:
    """A post that only one of the two releases has.

    Attributes:
        id: id of the record.
        url: URL of the post.
        split: the split that has it.
        withdrawn: fate, reason and date, if either release lists the post as withdrawn.
    """

    id: str
    url: str
    split: Split
    withdrawn: Withdrawn | None


@dataclass(frozen=True, slots=True)
class Diff:
    """The differences of two releases.

    Attributes:
        before: the older release.
        after: the newer release.
        added: posts that only `after` has.
        removed: posts that only `before` has.
        changed: posts that both have and that differ.
        unchanged: number of posts that are the same in both.
        withdrawn: posts that `after` lists as withdrawn and `before` does not.
    """

    before: Release
    after: Release
    added: tuple[UnmatchedPost, ...]
    removed: tuple[UnmatchedPost, ...]
    changed: tuple[Change, ...]
    unchanged: int
    withdrawn: tuple[Withdrawn, ...]

    def count(self, kind: str) -> int:
        """Return how many of the changed posts differ in this part."""
        return sum(kind in change.kinds for change in self.changed)

    def sizes(self) -> dict[str, tuple[int, int]]:
        """Return (before, after) counts: posts per split, entities per type, and images."""
        pairs: dict[str, tuple[int, int]] = {
            split: (len(self.before.splits.get(split, ())), len(self.after.splits.get(split, ())))
            for split in SPLITS
        }
        first, second = _totals(self.before), _totals(self.after)
        return pairs | {name: (first[name], second[name]) for name in (*TYPES, "images")}


def diff_releases(before: Release, after: Release, *, on_post: OnCount = ignore_count) -> Diff:
    """Compare two releases.

    A published corpus may use an id for several records; such records are matched in their order.
    """
    old, new = _by_key(before), _by_key(after)
    withdrawn = {one.id: one for release in (before, after) for one in _withdrawn(release)}
    common = [key for key in new if key in old]
    pictures = pictures_of(before), pictures_of(after)
    changed = []
    for done, key in enumerate(common, start=1):
        if change := compare_post(old[key], new[key], pictures):
            changed.append(change)
        on_post(done, len(common))
    known = {one.id for one in _withdrawn(before)}
    return Diff(
        before,
        after,
        added=tuple(_unmatched(*new[key], withdrawn) for key in new if key not in old),
        removed=tuple(_unmatched(*old[key], withdrawn) for key in old if key not in new),
        changed=tuple(changed),
        unchanged=len(common) - len(changed),
        withdrawn=tuple(one for one in _withdrawn(after) if one.id not in known),
    )


def _withdrawn(release: Release) -> tuple[Withdrawn, ...]:
    return release.manifest.withdrawn if release.manifest else ()


def _by_key(release: Release) -> dict[tuple[str, int], tuple[Split, Record]]:
    """Return split and record by (id, number of earlier records with the same id)."""
    seen: Counter[str] = Counter()
    by_key = {}
    for split in SPLITS:
        for record in release.splits.get(split, ()):
            by_key[record.id, seen[record.id]] = (split, record)
            seen[record.id] += 1
    return by_key


def _unmatched(split: Split, record: Record, withdrawn: Mapping[str, Withdrawn]) -> UnmatchedPost:
    tombstone = withdrawn.get(record.id) or withdrawn.get(post_of_url(record.url) or "")
    return UnmatchedPost(record.id, record.url, split, tombstone)


def _totals(release: Release) -> Counter[str]:
    totals: Counter[str] = Counter()
    for record in release.records():
        totals.update(span.type for span in record.spans)
        totals["images"] += len(record.images)
    return totals
