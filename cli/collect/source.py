"""The source that `mnerctl fetch` asks, made ready from its options, and what it will cost."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ...collector import Source
    from ...schema import Problem, Settings

MADE_POSTS = 200


class SourceName(StrEnum):
    """x-api: X, for money. syndication: X's pages for embedding. archive: collected before.
    made: drawn here, for trials.
    """

    x_api = "x-api"
    syndication = "syndication"
    archive = "archive"
    made = "made"


def inputs_of(
    urls: list[Path],
    source: SourceName,
    archive: Path | None,
    corpus: Path,
    max_posts: int | None,
) -> tuple[list[Path], Path | None]:
    """The files of URLs, and the archive where the source has one; made posts are made here."""
    from ...collector import input_files
    from ...schema import UsageError

    if source is SourceName.made:
        folder = corpus / "made"
        _make_posts(folder, max_posts or MADE_POSTS)
        return input_files(urls or [folder / "urls.txt"]), folder / "posts.jsonl"
    if (source is SourceName.archive) != (archive is not None):
        raise UsageError(
            "--source archive and --archive PATH belong together",
            "mnerctl fetch urls.txt --source archive --archive posts.jsonl",
        )
    return input_files(urls), archive


def _make_posts(folder: Path, posts: int) -> None:
    from ...collector import make_posts
    from ..console import progress

    if not folder.exists():
        dev, test = posts // 10, posts // 5
        with progress("drawing made posts") as on_count:
            make_posts(
                folder, train=posts - dev - test, dev=dev, test=test, seed=1, on_post=on_count
            )


def ready_source(
    name: SourceName,
    archive: Path | None,
    settings: Settings,
    on_problem: Callable[[Problem], None],
) -> Source:
    """The source, ready to be asked."""
    from ...collector import (
        Downloader,
        Syndication,
        XApi,
        loopback_of_environment,
        open_archive,
        token_of_environment,
    )
    from ..console import countdown

    if archive is not None:
        return open_archive(archive, on_problem=on_problem)
    loopback = loopback_of_environment()
    pictures = Downloader(variant=settings.image_variant, loopback=loopback)
    if name is SourceName.syndication:
        return Syndication(pictures=pictures, loopback=loopback, on_wait=countdown())
    return XApi(
        token_of_environment(),
        pictures=pictures,
        loopback=loopback,
        vocabulary=settings.x_vocabulary,
        on_wait=countdown(),
    )


def say_cost(source: SourceName, posts: int) -> None:
    """Before anything is spent."""
    from ...collector import DOLLARS_A_POST, SECONDS_A_POST
    from ..console import say

    if source is SourceName.x_api:
        say(
            f"X will be asked for {posts:,} posts: about ${posts * DOLLARS_A_POST:,.2f}"
            f" (${DOLLARS_A_POST} each; a retweet's original is one more)"
        )
    if source is SourceName.syndication:
        minutes = posts * SECONDS_A_POST / 60
        say(f"X's pages will be asked for {posts:,} posts: free, and at least {minutes:,.0f} min")
