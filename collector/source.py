"""The interface of a source of posts: it answers each id once and reads the bytes of pictures.

The sources themselves are in `sources/`. The names that `mnerctl fetch --source` accepts are in
`cli/collect/source.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from ..schema import Fate, Image, Post, Problem, Settings
from ..schema.progress import OnCount, ignore_count


@dataclass(frozen=True, slots=True)
class Found:
    """The source has the post.

    post_id: the id that was asked for.
    post: the post, its images still without bytes.
    payload: the answer of the source for this post, as JSON.
    fate: set if the answer alone shows that the post cannot be kept.
    reason: why, if `fate` is set.
    """

    post_id: str
    post: Post
    payload: bytes
    fate: Fate | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Missing:
    """The source does not have the post.

    post_id: the id that was asked for.
    fate: what became of the post.
    reason: why.
    can_retry: a later request may succeed.
    """

    post_id: str
    fate: Fate
    reason: str
    can_retry: bool = False


@dataclass(frozen=True, slots=True)
class Redirect:
    """The id belongs to a retweet, whose text is cut; the original has to be asked for instead.

    post_id: the id that was asked for.
    to: the id of the original.
    payload: the answer of the source for the retweet, as JSON.
    """

    post_id: str
    to: str
    payload: bytes


Answer = Found | Missing | Redirect
OnProblem = Callable[[Problem], None]
"""Called for each line or file of an archive that is skipped."""
OnWait = Callable[[float, str], None]
"""Called every second of a wait with (seconds left, why), the last time with 0."""


class MediaFailure(Exception):
    """A picture could not be read.

    Attributes:
        status: one word for `Image.status`.
        detail: what was found.
        can_retry: a later request may succeed.
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
        """The name of the source in posts and payloads."""

    @property
    def dollars_per_post(self) -> float | None:
        """The price of asking for one post, or None if the source is free."""

    def posts(self, ids: Iterable[str]) -> Iterator[Answer]:
        """Return one answer for each id, in any order.

        Raises:
            RemoteError: the source stops the run; the answers given so far stay valid.
        """

    def picture(self, image: Image) -> tuple[bytes, str]:
        """Return the bytes of a picture, not verified, and the variant that was read.

        Several threads call it at once.

        Raises:
            MediaFailure: the picture could not be read.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceOptions:
    """What `mnerctl fetch` and `comply` know when they open a source; each source takes what it needs.

    corpus: folder of the corpus; it may not exist yet.
    settings: settings of the corpus.
    archive: path given with `--archive`.
    max_posts: number given with `--max-posts`.
    on_problem: called for each line or file of an archive that is skipped.
    on_wait: called every second of a wait.
    dry_run: nothing may be asked or written.
    """

    corpus: Path
    settings: Settings
    archive: Path | None = None
    max_posts: int | None = None
    on_problem: OnProblem = lambda problem: None
    on_wait: OnWait = lambda seconds, why: None
    dry_run: bool = False


def no_input_files(options: SourceOptions, on_count: OnCount = ignore_count) -> list[Path]:
    """Return an empty list: the user has to name the files of URLs."""
    return []


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceKind:
    """How to open a source; each module that `--source` offers has one, named `SOURCE`.

    open: returns the source, ready to be asked. It raises UsageError or DataError if it cannot be opened.
    dollars_per_post: price of asking for one post, or None if the source is free.
    seconds_per_post: seconds between two requests for one post each, or None if it does not wait.
    reads_archive: the source needs `--archive`; without this, that option is refused.
    input_files: returns the files of URLs to read if the user names none, and makes them if necessary.
    """

    open: Callable[[SourceOptions], Source]
    dollars_per_post: float | None = None
    seconds_per_post: float | None = None
    reads_archive: bool = False
    input_files: Callable[[SourceOptions, OnCount], list[Path]] = no_input_files
