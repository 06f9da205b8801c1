"""`mnerctl fetch`: collect posts with verified images from URLs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..options import AsJson, CorpusDir
from .source import DEFAULT_SOURCE, SourceName, input_files_of, open_source, print_cost
from .status import summary

if TYPE_CHECKING:
    from ...collector import Rules
    from ...schema import InputLine, Problem, Settings


def fetch(
    urls: Annotated[
        list[Path] | None,
        typer.Argument(
            help="Files with one post URL or id per line, - for standard input, or datasets.",
            metavar="URLS...",
        ),
    ] = None,
    corpus: CorpusDir = Path("corpus"),
    source: SourceName = DEFAULT_SOURCE,
    archive: Annotated[
        Path | None,
        typer.Option(help="For archive: JSON lines of twarc, a folder of gallery-dl, or a corpus."),
    ] = None,
    min_images: Annotated[
        int | None, typer.Option(help="Skip posts with fewer images.", show_default="2", min=0)
    ] = None,
    max_images: Annotated[
        int | None, typer.Option(help="Skip posts with more images.", show_default="4", min=1)
    ] = None,
    max_posts: Annotated[
        int | None, typer.Option(min=1, help="Ask the source for at most this many posts.")
    ] = None,
    retry_failed: Annotated[
        bool, typer.Option("--retry-failed", help="Also retry posts whose failure may pass.")
    ] = False,
    keep_partial: Annotated[
        bool, typer.Option("--keep-partial", help="Keep posts even if some of their images failed.")
    ] = False,
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", "-n", help="Print the cost; ask and change nothing."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Collect posts with verified images.

    Run the same command again to continue after a stop.

    Example: mnerctl fetch urls.txt --corpus corpus --source x-api --max-posts 1000
    """
    from ...collector import SourceOptions, input_name, posts_to_ask, read_inputs, refuse_secrets_in
    from ...collector import fetch as collect
    from ...schema import Corpus, RemoteError
    from ...schema.files.leftovers import counted
    from ..console import FirstFew, countdown, print_json, progress, say

    # Check everything that the user may have mistyped before a new corpus is created.
    refuse_secrets_in(corpus)
    settings = _settings(corpus)
    skipped = FirstFew()
    options = SourceOptions(
        corpus=corpus,
        settings=settings,
        archive=archive,
        max_posts=max_posts,
        on_problem=skipped,
        on_wait=countdown(),
        dry_run=dry_run,
    )
    inputs = input_files_of(source, urls or [], options)
    rules = _rules(settings, min_images, max_images, keep_partial=keep_partial)
    opened_source = None if dry_run else open_source(source, options)
    with (
        Corpus.open(corpus, create=bool(inputs), dry_run=dry_run) as opened,
        opened.only_writer(),
    ):
        if left := opened.drop_half_files():
            say(f"{corpus}: {counted(left)} {'found' if dry_run else 'removed'}")
        refused = FirstFew()
        lines = _report_refused(read_inputs(inputs, corpus), corpus, refused)
        opened.enter_lines(lines, replacing=[input_name(path, corpus) for path in inputs])
        listed = f"mnerctl status --corpus {corpus} --list refused"
        refused.say_more(f"; after a real run: {listed}" if dry_run else f": {listed}")
        to_ask = posts_to_ask(opened, retry_failed=retry_failed, max_posts=max_posts)
        print_cost(source, to_ask, note="; the original of a retweet costs one more")
        stopped = None
        if opened_source is not None:
            with progress("posts") as on_count:
                try:
                    collect(
                        opened,
                        opened_source,
                        rules,
                        retry_failed=retry_failed,
                        max_posts=max_posts,
                        on_count=on_count,
                    )
                except RemoteError as error:
                    stopped = error
        skipped.say_more(" in the archive")
        fates = opened.line_fates()
        pending, failed = opened.count_open()
    if as_json:
        print_json({"lines": sum(fates.values()), "fates": fates})
    say(summary(fates))
    if stopped is not None:
        raise stopped
    if not dry_run:
        _raise_unfinished(corpus, pending, failed)


def _report_refused(
    lines: Iterable[InputLine], corpus: Path, on_problem: Callable[[Problem], None]
) -> Iterator[InputLine]:
    """Yield the same lines; report those that name no post, which do not stop the run."""
    from ...collector import input_path
    from ...schema import Problem

    for line in lines:
        if line.post_id is None:
            where = f"{input_path(line.source, corpus)}:{line.number}"
            wanted = "the URL or id of a post"
            on_problem(Problem("warning", "refused", where, line.text, wanted, line.reason))
        yield line


def _settings(corpus: Path) -> Settings:
    """Return the settings of the corpus, or those of a new corpus if it does not exist yet."""
    from ...schema.corpus.settings import SETTINGS, Settings, read_settings

    return read_settings(corpus) if (corpus / SETTINGS).exists() else Settings(name="new")


def _rules(
    settings: Settings, min_images: int | None, max_images: int | None, *, keep_partial: bool
) -> Rules:
    """Return the rules of the corpus settings, with the options on top."""
    from ...collector import Rules
    from ...schema import UsageError

    least = settings.min_images if min_images is None else min_images
    most = settings.max_images if max_images is None else max_images
    if least > most:
        raise UsageError(
            f"--min-images {least} is above --max-images {most}",
            "mnerctl fetch urls.txt --min-images 2 --max-images 4",
        )
    return Rules(min_images=least, max_images=most, keep_partial=keep_partial)


def _raise_unfinished(corpus: Path, pending: int, failed: int) -> None:
    """End with exit code 6 if the same command, or a retry, can do more."""
    from ...schema import PartlyDone

    if pending:
        raise PartlyDone(
            f"{corpus}: {pending:,} posts not asked for yet",
            f"mnerctl fetch --corpus {corpus}    # with the same source",
        )
    if failed:
        raise PartlyDone(
            f"{corpus}: {failed:,} posts failed in a way that may pass",
            f"mnerctl fetch --corpus {corpus} --retry-failed    # with the same source, or another",
        )
