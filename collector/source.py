"""What a source of posts is: it answers for each asked id exactly once, and has the bytes of images."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from ..schema import Fate, Image, Post


@dataclass(frozen=True, slots=True)
class Found:
    """The post with the asked id. payload: what the source gave for it, as JSON bytes."""

    post_id: str
    post: Post
    payload: bytes


@dataclass(frozen=True, slots=True)
class Missing:
    """The source has no such post, or not one to keep: its fate and why."""

    post_id: str
    fate: Fate
    reason: str


@dataclass(frozen=True, slots=True)
class Redirect:
    """The asked id stands for another post: a retweet for its original, an edit for the last one."""

    post_id: str
    to: str


Answer = Found | Missing | Redirect


class Source(Protocol):
    """A place that posts come from."""

    @property
    def name(self) -> str: ...

    def posts(self, ids: Sequence[str]) -> Iterator[Answer]:
        """One answer for each id, in any order. A RemoteError stops the run; answers given stay."""

    def image(self, image: Image) -> tuple[bytes, str]:
        """The bytes of an image, unverified, and which variant they are. Raises MediaFailure."""
