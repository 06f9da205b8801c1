"""Count test posts whose whole text is also in train, so that a system has seen their entities.

Texts are compared word for word, and again without regard to case, white space, links and Unicode forms.
This module does not find near-copies or shared ids and pictures; `mnerctl release leaks` does.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ...schema import Record
from .folds import text_key


class CopiesInTrain(NamedTuple):
    """How many test posts with entities are also in train.

    Attributes:
        exact: posts that are in train word for word.
        normalised: posts that are in train after normalising; includes the exact ones.
        posts: all test posts with entities.
    """

    exact: int
    normalised: int
    posts: int


def copies_in_train(train: Sequence[Record], test: Sequence[Record]) -> CopiesInTrain:
    """Count the copies; test posts without entities are left out, since there is nothing to remember."""
    texts, keys = {record.text for record in train}, {text_key(record) for record in train}
    posts = [record for record in test if record.spans]
    return CopiesInTrain(
        exact=sum(record.text in texts for record in posts),
        normalised=sum(text_key(record) in keys for record in posts),
        posts=len(posts),
    )
