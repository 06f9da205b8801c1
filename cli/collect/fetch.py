"""`mnerctl fetch`: URLs to posts with verified images."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..options import AsJson, CorpusDir
from .source import SourceName, inputs_of, ready_source, say_cost
from .status import summary

if TYPE_CHECKING:
    from ...collector import Rules
    from ...schema import InputLine, Problem, Settings


def fetch(
    urls: Annotated[
        list[Path] | None,
        typer.Argument(
            help="Files with a post's URL or id a line, - for standard input, or datasets.",
            metavar="URLS...",
        ),
    ] = None,
    corpus: CorpusDir = Path("corpus"),
    source: Annotated[SourceName, typer.Option(help="Where posts come from.")] = SourceName.x_api,
    archive: Annotated[
        Path | None, typer.Option(help="twarc's JSON lines, gallery-dl's folder, or a corpus.")
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
    from ...collector import fetch as collect
    from ...collector import posts_to_ask, read_inputs, refuse_secrets_in, source_of
    from ...schema import Corpus, RemoteError
    from ..console import FirstFew, print_json, progress, say

    # All that a person can have mistyped is looked at before a new corpus is made.
    refuse_secrets_in(corpus)
    inputs, archive_path = inputs_of(urls or [], source, archive, corpus, max_posts)
    settings = _settings(corpus)
    rules = _rules(settings, min_images, max_images, keep_partial=keep_partial)
    passed_over = FirstFew()
    posts_from = None if dry_run else ready_source(source, archive_path, settings, passed_over)
    with Corpus.open(corpus, create=bool(inputs)) as opened, opened.only_writer():
        refused = FirstFew()
        lines = _telling_refused(read_inputs(inputs, corpus), corpus, refused)
        opened.enter_lines(lines, replacing=[source_of(path, corpus) for path in inputs])
        refused.say_more(f": mnerctl status --corpus {corpus} --list refused")
        to_ask = posts_to_ask(opened, retry_failed=retry_failed, max_posts=max_posts)
        say_cost(source, to_ask)
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
        passed_over.say_more(" in the archive")
        fates = opened.line_fates()
        pending, failed = opened.count_open()
    if as_json:
        print_json({"lines": sum(fates.values()), "fates": fates})
    say(summary(fates))
    if stopped is not None:
        raise stopped
    if not dry_run:
        _raise_unfinished(corpus, pending, failed)


def _telling_refused(
    lines: Iterable[InputLine], corpus: Path, tell: Callable[[Problem], None]
) -> Iterator[InputLine]:
    """The same lines; those that name no post do not stop the run, but a person may want to mend them."""
    from ...collector import path_of
    from ...schema import Problem

    for line in lines:
        if line.post_id is None:
            where = f"{path_of(line.source, corpus)}:{line.number}"
            wanted = "a post's address or id"
            tell(Problem("warning", "refused", where, line.text, wanted, line.reason))
        yield line


def _settings(corpus: Path) -> Settings:
    """Those of the corpus; where there is none yet, what a new one begins with."""
    from ...schema.corpus.settings import SETTINGS, Settings, read_settings

    return read_settings(corpus) if (corpus / SETTINGS).exists() else Settings(name="new")


def _rules(
    settings: Settings, min_images: int | None, max_images: int | None, *, keep_partial: bool
) -> Rules:
    """The settings of the corpus, where options do not say otherwise."""
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
    """Exit code 6 where the same command, or a retry, has something left to do."""
    from ...schema import PartlyDone

    if pending:
        raise PartlyDone(
            f"{corpus}: still to be asked for: {pending:,} posts",
            f"mnerctl fetch --corpus {corpus}    # with the same source",
        )
    if failed:
        raise PartlyDone(
            f"{corpus}: failed in a way that may pass: {failed:,} posts",
            f"mnerctl fetch --corpus {corpus} --retry-failed    # with the same source, or another",
        )
