"""Split records into folds so that no text is both trained on and judged.

Copies of a text stay in one fold. Case, white space and links do not make a text different, because every
copy of a tweet has its own link. Near-copies may land in different folds: this module does not look for them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from random import Random

from ...schema import DataError, Record, Release
from ...schema.text_normal import normal_text, plain_text


def text_key(record: Record) -> str:
    """Return a key that is the same for all copies of a text."""
    return normal_text(plain_text(" ".join(record.text)))


def fold_of_each(records: Sequence[Record], count: int, *, seed: int) -> list[int]:
    """Return the fold of each record, 0 to `count` - 1, as even as copies of a text allow.

    Groups of copies are shuffled with the seed, sorted by size, largest first, and each goes to the fold
    that is smallest at that moment.
    """
    copies: dict[str, list[int]] = defaultdict(list)
    for place, record in enumerate(records):
        copies[text_key(record)].append(place)
    groups = list(copies.values())
    Random(seed).shuffle(groups)
    groups.sort(key=len, reverse=True)
    sizes = [0] * count
    folds = [0] * len(records)
    for group in groups:
        smallest = sizes.index(min(sizes))
        sizes[smallest] += len(group)
        for place in group:
            folds[place] = smallest
    return folds


def refuse_too_few_texts(release: Release, folds: int) -> None:
    """Check that the release can be judged, before hours of training.

    Raises:
        DataError: there are fewer than two different texts per fold, or no entities.
    """
    records = list(release.records())
    texts = len({text_key(record) for record in records})
    if texts < 2 * folds:
        raise DataError(
            f"{release.folder}: {texts} different texts; wanted at least 2 for each of {folds} folds",
            f"mnerctl suspects {release.folder} --folds {max(2, texts // 2)}",
        )
    if not any(record.spans for record in records):
        raise DataError(
            f"{release.folder}: no entity in {len(records)} records; wanted entities to judge",
            f"mnerctl release stats {release.folder}",
        )
