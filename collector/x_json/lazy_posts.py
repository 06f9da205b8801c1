"""The posts in a line of an archive or in a stored payload, by id, parsed only when they are needed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from ..source import Answer

ToAnswer = Callable[[str], Answer]
"""Parses one post; takes the name of the source to store in it."""


@dataclass(frozen=True, slots=True)
class LazyPosts:
    """Posts by id.

    own: the posts that the line is about.
    referenced: posts that those retweet, quote or reply to.
    """

    own: Mapping[str, ToAnswer]
    referenced: Mapping[str, ToAnswer] = field(default_factory=dict)
