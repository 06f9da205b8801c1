"""`mnerctl fetch` and `mnerctl status`: URLs to posts, and what became of each."""

from __future__ import annotations

import os
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .options import AsJson, CorpusDir

if TYPE_CHECKING:
    from ..collector import Source
    from ..schema import Corpus, Fate

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
            help="Files with a post URL a line; - is standard input.", metavar="URLS..."
        ),
    ] = None,
    corpus: CorpusDir = Path("corpus"),
    source: Annotated[SourceName, typer.Option(help="Where posts come from.")] = SourceName.x_api,
    archive: Annotated[
        Path | None, typer.Option(help="twarc's JSON lines, pictures in media/ beside.")
    ] = None,
    min_images: Annotated[int | None, typer.Option(help="Keep no post with fewer.")] = None,
    max_images: Annotated[int | None, typer.Option(help="Keep no post with more.")] = None,
    max_posts: Annotated[int | None, typer.Option(min=1, help="Ask for no more posts.")] = None,
    retry_failed: Annotated[
        bool, typer.Option("--retry-failed", help="Also those that failed and may not again.")
    ] = False,
    keep_partial: Annotated[
        bool, typer.Option("--keep-partial", help="Keep posts some of whose images failed.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", "-n", help="Enter the URLs, ask for nothing.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Collect posts with verified images; run it again to go on where it stopped.

    Example: mnerctl fetch urls.txt --corpus corpus --source x-api --max-posts 1000
    """
    from ..collector import RETRYABLE, Rules, read_lines, waiting
    from ..collector import fetch as collect
    from ..schema import Corpus, PartlyDone
    from .console import print_json, progress, say

    inputs, archive_file = _inputs(urls, source, archive, corpus, max_posts)
    with Corpus.open(corpus, create=True) as opened:
        opened.enter_lines(read_lines(inputs))
        rules = Rules(
            min_images=min_images or opened.settings.min_images,
            max_images=max_images or opened.settings.max_images,
            keep_partial=keep_partial,
        )
        asked = waiting(opened, retry_failed=retry_failed)[:max_posts]
        _say_cost(source, len(asked))
        if asked and not dry_run:
            with progress("posts") as on_count:
                collect(
                    opened,
                    _source(source, archive_file),
                    rules,
                    retry_failed=retry_failed,
                    max_posts=max_posts,
                    on_count=on_count,
                )
        fates = opened.line_fates()
    if as_json:
        print_json({"lines": sum(fates.values()), "fates": fates})
    say(summary(fates))
    if failed := sum(fates.get(fate, 0) for fate in RETRYABLE):
        raise PartlyDone(
            f"{failed} posts failed and may not the next time",
            f"mnerctl fetch --retry-failed --corpus {corpus}    # with the same source",
        )


def status(
    corpus: CorpusDir = Path("corpus"),
    fate: Annotated[
        str | None, typer.Option("--list", metavar="FATE", help="List the posts with this fate.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show what became of each input line.

    Example: mnerctl status --corpus corpus --list gone
    """
    from ..schema import Corpus
    from .console import print_json, print_table, say

    with Corpus.open(corpus) as opened:
        fates = opened.line_fates()
        rows = _listed(opened, fate) if fate else []
    if fate:
        if as_json:
            print_json([{"post": post, "reason": reason} for post, reason in rows])
        else:
            print_table(fate, ("post", "reason"), rows)
    elif as_json:
        print_json({"lines": sum(fates.values()), "fates": fates})
    else:
        print_table(str(corpus), ("fate", "lines"), [*sorted(fates.items())])
    say(summary(fates))


def summary(fates: dict[Fate, int]) -> str:
    """One sentence of counts that sum to the input."""
    kept_first = sorted(fates.items(), key=lambda row: (row[0] != "kept", -row[1], row[0]))
    parts = [f"{count:,} {fate.replace('_', ' ')}" for fate, count in kept_first]
    return f"{sum(fates.values()):,} URLs: {', '.join(parts) or 'none'}"


def _listed(corpus: Corpus, name: str) -> list[tuple[str, str]]:
    """Posts with this fate, or the input lines where no post stands behind the fate."""
    from typing import cast, get_args

    from ..schema import Fate, UsageError

    if name not in get_args(Fate):
        raise UsageError(f"--list {name!r}: no fate", f"one of {', '.join(get_args(Fate))}")
    if name in ("refused", "duplicate"):
        return [
            (f"{line.source}:{line.number}", line.reason or line.text)
            for line in corpus.lines_with(name)
        ]
    return [(row.post_id, row.reason) for row in corpus.with_fate(cast(Fate, name))]


def _inputs(
    urls: list[Path] | None,
    source: SourceName,
    archive: Path | None,
    corpus: Path,
    max_posts: int | None,
) -> tuple[list[Path], Path | None]:
    """The files of URLs, and the archive where the source has one; made posts are made here."""
    from ..schema import UsageError
    from .console import progress

    if source is SourceName.made:
        from ..collector import make_posts

        folder = corpus / "made"
        if not folder.exists():
            posts = max_posts or MADE_POSTS
            with progress("drawing made posts") as on_count:
                make_posts(
                    folder,
                    train=posts - posts // 10 - posts // 5,
                    dev=posts // 10,
                    test=posts // 5,
                    seed=1,
                    on_post=on_count,
                )
        return urls or [folder / "urls.txt"], folder / "posts.jsonl"
    if source is SourceName.archive and archive is None:
        raise UsageError(
            "--source archive: which one?",
            "mnerctl fetch urls.txt --source archive --archive posts.jsonl",
        )
    return urls or [], archive


def _source(name: SourceName, archive: Path | None) -> Source:
    """The source, ready to be asked. The token comes from the environment alone."""
    from ..collector import Archive, Downloader, loopback_of_environment
    from ..schema import UsageError
    from .console import say

    if archive is not None:
        return Archive(archive)
    from ..collector.x_api import TOKEN, XApi

    token = os.environ.get(TOKEN)
    if not token:
        raise UsageError(
            f"{TOKEN} is not set: X's API wants a bearer token",
            f"export {TOKEN}=...    # or without one: --source archive --archive posts.jsonl",
        )
    loopback = loopback_of_environment()
    return XApi(
        token,
        images=Downloader(loopback),
        loopback=loopback,
        on_wait=lambda seconds, why: say(f"waiting {seconds:.0f} s: {why}"),
    )


def _say_cost(source: SourceName, posts: int) -> None:
    """Before anything is spent."""
    from .console import say

    if source is SourceName.x_api:
        from ..collector.x_api import DOLLARS_A_POST

        say(f"{posts:,} posts to ask X for: about ${posts * DOLLARS_A_POST:,.2f}")
