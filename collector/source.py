"""What a source of posts is: it answers for each asked id exactly once, and has the bytes of pictures."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from ..schema import Fate, Image, Post, Problem


@dataclass(frozen=True, slots=True)
class Found:
    """The post with the asked id, its images still without bytes.

    payload: what the source gave for it, as JSON. fate: where the source itself shows that it cannot
    be kept, with the reason.
    """

    post_id: str
    post: Post
    payload: bytes
    fate: Fate | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Missing:
    """There is no post to have: its fate and why. can_retry: another time there may be."""

    post_id: str
    fate: Fate
    reason: str
    can_retry: bool = False


@dataclass(frozen=True, slots=True)
class Redirect:
    """The asked id is a retweet: its text is cut, and the original is what is wanted."""

    post_id: str
    to: str
    payload: bytes


Answer = Found | Missing | Redirect
OnProblem = Callable[[Problem], None]
"""Called for what is passed over."""


class MediaFailure(Exception):
    """Why a picture has no pixels.

    status: one word for `Image.status`. detail: what was seen. can_retry: another time may be better.
    """

    def __init__(self, status: str, detail: str, *, can_retry: bool = False) -> None:
        super().__init__(f"{status}: {detail}")
        self.status = status
        self.detail = detail
        self.can_retry = can_retry


class Source(Protocol):
    """A place that posts come from."""

    @property
    def name(self) -> str:
        """Of the source, in posts and payloads."""

    def posts(self, ids: Iterable[str]) -> Iterator[Answer]:
        """One answer for each id, in any order. A RemoteError stops the run; answers given stay."""

    def picture(self, image: Image) -> tuple[bytes, str]:
        """The bytes of a picture, unverified, and which variant they are. Raises MediaFailure.

        It is called from several threads at once.
        """
