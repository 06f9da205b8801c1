"""`mnerctl fetch`: URLs to posts with verified images."""

from __future__ import annotations

import os
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .options import AsJson, CorpusDir
from .status import summary

if TYPE_CHECKING:
    from ..collector import Rules, Source
    from ..schema import Settings

MADE_POSTS = 200


class SourceName(StrEnum):
    """x-api: X, for money. archive: collected before. made: drawn here, for trials."""

    x_api = "x-api"
    archive = "archive"
    made = "made"


def fetch(
    urls: Annotated[
        list[Path] | None,
        typer.Argument(
            help="Files with a post's URL or id a line; - is standard input.", metavar="URLS..."
        ),
    ] = None,
    corpus: CorpusDir = Path("corpus"),
    source: Annotated[SourceName, typer.Option(help="Where posts come from.")] = SourceName.x_api,
    archive: Annotated[
        Path | None, typer.Option(help="twarc's JSON lines, pictures in media/ beside it.")
    ] = None,
    min_images: Annotated[
        int | None, typer.Option(help="Keep no post with fewer  [2]", min=0)
    ] = None,
    max_images: Annotated[
        int | None, typer.Option(help="Keep no post with more  [4]", min=1)
    ] = None,
    max_posts: Annotated[
        int | None, typer.Option(min=1, help="Ask the source for no more posts than this.")
    ] = None,
    retry_failed: Annotated[
        bool, typer.Option("--retry-failed", help="Try again what may end otherwise now.")
    ] = False,
    keep_partial: Annotated[
        bool, typer.Option("--keep-partial", help="Keep posts some of whose images failed.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", "-n", help="Enter the URLs, say the cost, ask nothing.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Collect posts with verified images; the same command again goes on where it stopped.

    Example: mnerctl fetch urls.txt --corpus corpus --source x-api --max-posts 1000
    """
    from ..collector import fetch as collect
    from ..collector import posts_to_ask, read_inputs, source_of
    from ..schema import Corpus, RemoteError
    from .console import print_json, progress, say

    inputs, archive_file = _inputs(urls or [], source, archive, corpus, max_posts)
    with Corpus.open(corpus, create=bool(inputs)) as opened, opened.only_writer():
        rules = _rules(opened.settings, min_images, max_images, keep_partial=keep_partial)
        posts_from = None if dry_run else _source(source, archive_file, opened.settings)
        sources = [source_of(path, corpus) for path in inputs]
        opened.enter_lines(read_inputs(inputs, corpus), replacing=sources)
        to_ask = posts_to_ask(opened, retry_failed=retry_failed, max_posts=max_posts)
        _say_cost(source, to_ask)
        stopped = None
        if posts_from is not None:
            with progress("posts") as on_count:
                try:
                    collect(
                        opened,
                        posts_from,
                        rules,
                        retry_failed=retry_failed,
                        max_posts=max_posts,
                        on_count=on_count,
                    )
                except RemoteError as error:
                    stopped = error
        fates = opened.line_fates()
        pending, failed = opened.count_open()
    if as_json:
        print_json({"lines": sum(fates.values()), "fates": fates})
    say(summary(fates))
    if stopped is not None:
        raise stopped
    if not dry_run:
        _raise_unfinished(corpus, pending, failed)


def _inputs(
    urls: list[Path],
    source: SourceName,
    archive: Path | None,
    corpus: Path,
    max_posts: int | None,
) -> tuple[list[Path], Path | None]:
    """The files of URLs, and the archive where the source has one; made posts are made here."""
    from ..schema import UsageError

    if source is SourceName.made:
        folder = corpus / "made"
        _make_posts(folder, max_posts or MADE_POSTS)
        return urls or [folder / "urls.txt"], folder / "posts.jsonl"
    if (source is SourceName.archive) != (archive is not None):
        raise UsageError(
            "--source archive and --archive FILE belong together",
            "mnerctl fetch urls.txt --source archive --archive posts.jsonl",
        )
    return urls, archive


def _make_posts(folder: Path, posts: int) -> None:
    from ..collector import make_posts
    from .console import progress

    if not folder.exists():
        dev, test = posts // 10, posts // 5
        with progress("drawing made posts") as on_count:
            make_posts(
                folder, train=posts - dev - test, dev=dev, test=test, seed=1, on_post=on_count
            )


def _rules(
    settings: Settings, min_images: int | None, max_images: int | None, *, keep_partial: bool
) -> Rules:
    """The settings of the corpus, where options do not say otherwise."""
    from ..collector import Rules
    from ..schema import UsageError

    least = settings.min_images if min_images is None else min_images
    most = settings.max_images if max_images is None else max_images
    if least > most:
        raise UsageError(
            f"--min-images {least} is above --max-images {most}",
            "mnerctl fetch urls.txt --min-images 2 --max-images 4",
        )
    return Rules(min_images=least, max_images=most, keep_partial=keep_partial)


def _source(name: SourceName, archive: Path | None, settings: Settings) -> Source:
    """The source, ready to be asked. The token comes from the environment alone."""
    from ..collector import TOKEN, Archive, Downloader, XApi, loopback_of_environment
    from ..schema import UsageError
    from .console import countdown, print_problems

    if archive is not None:
        return Archive(archive, on_problem=lambda problem: print_problems([problem]))
    token = os.environ.get(TOKEN)
    if not token:
        raise UsageError(
            f"no token for X: the variable {TOKEN} is not set",
            f"export {TOKEN}=...    # or without one: --source archive --archive posts.jsonl",
        )
    loopback = loopback_of_environment()
    return XApi(
        token,
        pictures=Downloader(variant=settings.image_variant, loopback=loopback),
        loopback=loopback,
        vocabulary=settings.x_vocabulary,
        on_wait=countdown(),
    )


def _say_cost(source: SourceName, posts: int) -> None:
    """Before anything is spent."""
    from ..collector import DOLLARS_A_POST
    from .console import say

    if source is SourceName.x_api:
        say(
            f"X will be asked for {posts:,} posts: about ${posts * DOLLARS_A_POST:,.2f}"
            f" (${DOLLARS_A_POST} each; a retweet's original is one more)"
        )


def _raise_unfinished(corpus: Path, pending: int, failed: int) -> None:
    """Exit code 6 where the same command, or a retry, has something left to do."""
    from ..schema import PartlyDone

    if pending:
        raise PartlyDone(
            f"{corpus}: still to be asked for: {pending:,} posts",
            f"mnerctl fetch --corpus {corpus}    # with the same source",
        )
    if failed:
        raise PartlyDone(
            f"{corpus}: failed in a way that may pass: {failed:,} posts",
            f"mnerctl fetch --corpus {corpus} --retry-failed    # with the same source",
        )
