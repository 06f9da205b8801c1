"""Count the posts of dev and test that train has too, so that a system has seen their entities.

`leaks` finds the pairs. This module decides which of them count, and counts each post once.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from ...schema import Release, Split
from .leak import KINDS, Kind, Leak
from .leaks import Pictures, is_comparable, split_leaks


def posts_in_train(release: Release, pictures: Pictures) -> dict[Split, dict[Kind, int]]:
    """Return how many posts of dev and test are also in train, each under its strongest kind.

    Posts without entities are left out, because there is nothing to remember. One picture of several that
    looks like another is often chance (a logo, a screenshot): a post counts by `near-image` only if all of
    its pictures that can be compared are in train.

    Args:
        release: the release.
        pictures: image name to picture, as for `split_leaks`.
    """
    leaks = split_leaks(release, pictures)
    return {split: _in_train(release, leaks, split, pictures) for split in ("dev", "test")}


def _in_train(
    release: Release, leaks: Iterable[Leak], split: Split, pictures: Pictures
) -> dict[Kind, int]:
    kinds: dict[str, set[Kind]] = defaultdict(set)
    images: dict[str, set[str]] = defaultdict(set)
    for leak in leaks:
        splits = leak.left.split, leak.right.split
        if set(splits) == {"train", split}:
            at = splits.index(split)
            id = (leak.left, leak.right)[at].record.id
            kinds[id].add(leak.kind)
            images[id].add(leak.images[at])
    counts: Counter[Kind] = Counter()
    for record in release.splits[split]:
        found = kinds[record.id] if record.spans else set()
        if found == {"near-image"} and not _is_all(record.images, pictures, images[record.id]):
            continue
        if found:
            counts[min(found, key=KINDS.index)] += 1
    return {kind: counts[kind] for kind in KINDS if counts[kind]}


def _is_all(images: Sequence[str], pictures: Pictures, seen: set[str]) -> bool:
    return seen.issuperset(
        name for name in images if name in pictures and is_comparable(pictures[name])
    )
