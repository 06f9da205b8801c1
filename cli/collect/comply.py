"""`mnerctl comply`: remove posts that X's users have taken back from the corpus."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..options import AsJson, CorpusDir
from ..removal import Exports, Galleries, Reports, clear_leftovers, print_leftovers
from .source import open_source, print_cost

if TYPE_CHECKING:
    from ...schema import Corpus, Tombstone

SOURCE = "x-api"


def comply(
    corpus: CorpusDir = Path("corpus"),
    file: Annotated[
        Path | None,
        typer.Option(help="Apply this result of X's batch compliance instead of asking X."),
    ] = None,
    file_bytes: Annotated[
        int | None,
        typer.Option(
            min=0, help="Length of --file in bytes, as X states it, to detect a cut file."
        ),
    ] = None,
    max_age: Annotated[
        float,
        typer.Option(
            min=0,
            max=1_000_000,
            help="Skip posts that were checked less than this many hours ago.",
        ),
    ] = 24,
    max_posts: Annotated[
        int | None, typer.Option(min=1, help="Ask the source for at most this many posts.")
    ] = None,
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", "-n", help="Print the cost, or what would go; change nothing."),
    ] = False,
    release: Annotated[
        list[Path] | None,
        typer.Option(help="Also remove the posts from this frozen release; can be repeated."),
    ] = None,
    gallery: Galleries = None,
    export: Exports = None,
    reports: Reports = None,
    as_json: AsJson = False,
) -> None:
    """Remove posts that users have taken back.

    Only their id, reason and date stay.

    Example: mnerctl comply --corpus corpus --dry-run
    """
    from ...schema import Corpus, UsageError

    if file_bytes is not None and file is None:
        raise UsageError(
            "--file-bytes without --file", "mnerctl comply --file RESULT --file-bytes LENGTH"
        )

    def finish(corpus: Corpus, unfinished: int) -> None:
        _finish(corpus, release or [], gallery or [], export or [], reports or [], unfinished)

    with Corpus.open(corpus, dry_run=dry_run) as opened, opened.only_writer():
        named = [*(release or ()), *(gallery or ()), *(export or ()), *(reports or ())]
        left = clear_leftovers(opened, named, dry_run=dry_run)
        print_leftovers(left, dry_run=dry_run)
        show = partial(_print, leftovers=left.removed, as_json=as_json)
        if file is not None:
            _by_file(opened, file, file_bytes, finish, show)
        else:
            _by_lookups(opened, max_age, max_posts, finish, show, dry_run=dry_run)


Finish = Callable[["Corpus", int], None]
"""Called with the corpus and the number of posts whose removal was interrupted before."""
Show = Callable[[str, dict[str, int], "list[Tombstone]"], None]


def _finish(
    corpus: Corpus,
    releases: Sequence[Path],
    galleries: Sequence[Path],
    exports: Sequence[Path],
    reports: Sequence[Path],
    unfinished: int,
) -> None:
    """Remove all posts that were ever buried from what was made from them, then the rest of their data.

    For a dry run, `corpus` is a copy; this only prints what would be removed.
    """
    from ...collector import finish_removal
    from ...release.assemble.build import withdrawn_from
    from ..console import say
    from ..removal import print_removed, remove_everywhere

    removed = remove_everywhere(
        withdrawn_from(corpus),
        pictures=corpus.unfinished_hashes(),
        releases=releases,
        galleries=galleries,
        exports=exports,
        reports=reports,
        corpus=corpus,
        dry_run=corpus.is_copy,
    )
    print_removed(removed, dry_run=corpus.is_copy, unfinished=unfinished)
    if corpus.is_copy:
        if rows := corpus.purge_removed():
            say(f"would also remove {rows:,} rows of posts that were removed earlier")
    elif rows := finish_removal(corpus):
        say(f"{rows:,} rows of posts that were removed earlier are removed now")


def _by_lookups(
    corpus: Corpus,
    max_age: float,
    max_posts: int | None,
    finish: Finish,
    show: Show,
    *,
    dry_run: bool,
) -> None:
    from datetime import UTC, datetime, timedelta

    from ...collector import (
        SourceOptions,
        check_posts,
        loopback_of_environment,
        refuse_secrets_in,
    )
    from ...schema import RemoteError
    from ..console import countdown, progress, say

    refuse_secrets_in(corpus.folder)
    options = SourceOptions(corpus=corpus.folder, settings=corpus.settings, on_wait=countdown())
    source = None if dry_run else open_source(SOURCE, options)
    since = datetime.now(UTC) - timedelta(hours=max_age)
    before, unfinished = corpus.tombstones(), len(corpus.unfinished_burials())
    due = len(corpus.due(since)[:max_posts])
    if loopback := loopback_of_environment():  # its answers about real posts would bury them
        say(f"asking {loopback} instead of X, because MNERCTL_X_API_URL is set")
    print_cost(SOURCE, due)
    stopped: RemoteError | None = None
    if source is not None:
        try:
            with progress("posts") as on_count:
                check_posts(corpus, source, since=since, max_posts=max_posts, on_count=on_count)
        except RemoteError as error:
            stopped = error
    finish(corpus, unfinished)
    new = _new_tombstones(corpus, before)
    not_checked = len(corpus.due(since))
    there = corpus.count_kept() - not_checked
    counts = {"there": there, **_by_fate(new), "not_checked": not_checked}
    show("kept post", counts, new)
    if stopped is not None:
        raise stopped
    if not_checked and not dry_run:
        _raise_unfinished(corpus, not_checked)


def _by_file(
    corpus: Corpus,
    file: Path,
    file_bytes: int | None,
    finish: Finish,
    show: Show,
) -> None:
    from ...collector import apply_rulings, read_result

    rulings = read_result(file, corpus, length=file_bytes)
    before, unfinished = corpus.tombstones(), len(corpus.unfinished_burials())
    with corpus.transaction():
        counts = apply_rulings(corpus, rulings)
        new = _new_tombstones(corpus, before)
    finish(corpus, unfinished)
    show("line", counts, new)


def _new_tombstones(corpus: Corpus, before: list[Tombstone]) -> list[Tombstone]:
    return sorted(set(corpus.tombstones()) - set(before))


def _by_fate(tombstones: list[Tombstone]) -> dict[str, int]:
    from ...collector import REMOVAL_FATES

    return {fate: sum(one.fate == fate for one in tombstones) for fate in REMOVAL_FATES}


def _print(
    what: str,
    counts: dict[str, int],
    new: list[Tombstone],
    *,
    leftovers: int,
    as_json: bool,
) -> None:
    """Print the new tombstones, and one sentence of counts that sum to the input."""
    from ..console import print_json, print_table, say

    total = sum(counts.values())
    if as_json:
        rows = [one._asdict() for one in new]
        sums = {f"{what.replace(' ', '_')}s": total, **counts}
        print_json({**sums, "leftovers": leftovers, "tombstones": rows})
    elif new:
        rows_shown = [(one.post_id, one.fate, one.at[:10], one.reason) for one in new]
        print_table("tombstones", ("post", "fate", "date", "reason"), rows_shown)
    parts = [f"{count:,} {name.replace('_', ' ')}" for name, count in counts.items() if count]
    say(f"{total:,} {what}{'' if total == 1 else 's'}: {', '.join(parts) or 'none'}")


def _raise_unfinished(corpus: Corpus, not_checked: int) -> None:
    from ...schema import PartlyDone

    raise PartlyDone(
        f"{corpus.folder}: {not_checked:,} posts not checked, or without a clear answer",
        f"mnerctl comply --corpus {corpus.folder}    # skips posts that were checked",
    )
