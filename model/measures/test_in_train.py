"""Test posts that training has seen: those with entities whose text stands in train.

Counted in the cheap way, by whole texts: word for word, and without regard to case, white space, links
and forms of letters. Posts that are nearly alike, ids and pictures are `mnerctl release leaks`' to find.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ...schema import Record
from .folds import text_key


class Leaked(NamedTuple):
    """posts: of test, with entities. exact, normalised: how many of them stand in train; an exact copy is
    both."""

    exact: int
    normalised: int
    posts: int


def leaked(train: Sequence[Record], test: Sequence[Record]) -> Leaked:
    """A post without an entity is not counted: there is nothing in it to remember."""
    texts, keys = {record.text for record in train}, {text_key(record) for record in train}
    posts = [record for record in test if record.spans]
    return Leaked(
        exact=sum(record.text in texts for record in posts),
        normalised=sum(text_key(record) in keys for record in posts),
        posts=len(posts),
    )
