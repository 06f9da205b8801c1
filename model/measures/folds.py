"""Parts records into folds in which no text is both trained on and judged.

Copies of a text stay together; case, white space and links do not make another text, because each copy
of a tweet has its own link. Near-copies may part: what this does not do is look for them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from random import Random

from ...schema import Record
from ...schema.text_normal import normal_text, plain_text


def text_key(record: Record) -> str:
    """The same for copies of a text."""
    return normal_text(plain_text(" ".join(record.text)))


def fold_of_each(records: Sequence[Record], count: int, *, seed: int) -> list[int]:
    """The fold of each record, 0 to `count` - 1, as even as copies of a text allow.

    Texts are dealt in an order that the seed decides, most copies first, each to the fold that is smallest.
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
