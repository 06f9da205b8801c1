"""`mnerctl comply`: posts that X's users have taken back leave the corpus."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..options import AsJson, CorpusDir
from ..removal import Galleries, Reports

if TYPE_CHECKING:
    from ...schema import Corpus, Tombstone


def comply(
    corpus: CorpusDir = Path("corpus"),
    file: Annotated[
        Path | None, typer.Option(help="Obey this result of X's batch compliance; ask nothing.")
    ] = None,
    file_bytes: Annotated[
        int | None, typer.Option(min=0, help="The length that X gave for the file: it may be cut.")
    ] = None,
    max_age: Annotated[
        float,
        typer.Option(min=0, help="Skip posts that were checked less than this ago, in hours."),
    ] = 24,
    max_posts: Annotated[
        int | None, typer.Option(min=1, help="Ask the source for no more posts than this.")
    ] = None,
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", "-n", help="Say the cost, or what would go; change nothing."),
    ] = False,
    release: Annotated[
        list[Path] | None,
        typer.Option(help="Also take them out of this frozen release; again for more."),
    ] = None,
    gallery: Galleries = None,
    reports: Reports = None,
    as_json: AsJson = False,
) -> None:
    """Check that kept posts are still there; of those that are gone, id, reason and date stay.

    Example: mnerctl comply --corpus corpus --dry-run
    """
    from ...schema import Corpus, UsageError

    if file_bytes is not None and file is None:
        raise UsageError(
            "--file-bytes without --file", "mnerctl comply --file RESULT --file-bytes LENGTH"
        )

    def end(corpus: Corpus) -> None:
        _end(corpus, release or [], gallery or [], reports or [])

    with Corpus.open(corpus) as opened, opened.only_writer():
        if file is not None:
            _by_file(opened, file, file_bytes, end, dry_run=dry_run, as_json=as_json)
        else:
            _by_lookups(opened, max_age, max_posts, end, dry_run=dry_run, as_json=as_json)


End = Callable[["Corpus"], None]


def _end(
    corpus: Corpus, releases: Sequence[Path], galleries: Sequence[Path], reports: Sequence[Path]
) -> None:
    """Takes all that was ever buried out of what was made from it, then removes the last of it here."""
    from ...collector import finish
    from ...release.assemble.build import withdrawn_from
    from ..removal import reach, say_reached

    reached = reach(
        withdrawn_from(corpus),
        pictures=corpus.unfinished_pictures(),
        releases=releases,
        galleries=galleries,
        reports=reports,
    )
    say_reached(reached)
    finish(corpus)


def _by_lookups(
    corpus: Corpus,
    max_age: float,
    max_posts: int | None,
    end: End,
    *,
    dry_run: bool,
    as_json: bool,
) -> None:
    from datetime import UTC, datetime, timedelta

    from ...collector import (
        DOLLARS_A_POST,
        check_posts,
        loopback_of_environment,
        refuse_secrets_in,
    )
    from ...schema import RemoteError
    from ..console import FirstFew, progress, say
    from .source import SourceName, ready_source

    refuse_secrets_in(corpus.folder)
    source = None if dry_run else ready_source(SourceName.x_api, None, corpus.settings, FirstFew())
    since = datetime.now(UTC) - timedelta(hours=max_age)
    before = corpus.tombstones()
    due = len(corpus.due(since)[:max_posts])
    cost = due * DOLLARS_A_POST
    if loopback := loopback_of_environment():  # what it says of real posts would bury them
        say(f"{loopback} is asked instead of X, because MNERCTL_X_API_URL is set")
    say(f"X will be asked for {due:,} posts: about ${cost:,.2f} (${DOLLARS_A_POST} each)")
    stopped: RemoteError | None = None
    if source is not None:
        try:
            with progress("posts") as on_count:
                check_posts(corpus, source, since=since, max_posts=max_posts, on_count=on_count)
        except RemoteError as error:
            stopped = error
        end(corpus)
    new = _new_tombstones(corpus, before)
    not_checked = len(corpus.due(since))
    there = corpus.count_kept() - not_checked
    counts = {"there": there, **_by_fate(new), "not_checked": not_checked}
    _print("kept post", counts, new, as_json=as_json)
    if stopped is not None:
        raise stopped
    if not_checked and not dry_run:
        _raise_unfinished(corpus, not_checked)


def _by_file(
    corpus: Corpus,
    file: Path,
    file_bytes: int | None,
    end: End,
    *,
    dry_run: bool,
    as_json: bool,
) -> None:
    from ...collector import obey, read_result

    rulings = read_result(file, corpus, length=file_bytes)
    before = corpus.tombstones()
    with corpus.trial() if dry_run else corpus.transaction():
        counts = obey(corpus, rulings)
        new = _new_tombstones(corpus, before)
    if not dry_run:
        end(corpus)
    _print("line", counts, new, as_json=as_json)


def _new_tombstones(corpus: Corpus, before: list[Tombstone]) -> list[Tombstone]:
    return sorted(set(corpus.tombstones()) - set(before))


def _by_fate(tombstones: list[Tombstone]) -> dict[str, int]:
    from ...collector import MUST_GO

    return {fate: sum(one.fate == fate for one in tombstones) for fate in MUST_GO}


def _print(what: str, counts: dict[str, int], new: list[Tombstone], *, as_json: bool) -> None:
    """The tombstones that were put up, and one sentence of counts that sum."""
    from ..console import print_json, print_table, say

    total = sum(counts.values())
    if as_json:
        rows = [one._asdict() for one in new]
        print_json({f"{what.replace(' ', '_')}s": total, **counts, "tombstones": rows})
    elif new:
        rows_shown = [(one.post_id, one.fate, one.at[:10], one.reason) for one in new]
        print_table("tombstones", ("post", "fate", "date", "reason"), rows_shown)
    parts = [f"{count:,} {name.replace('_', ' ')}" for name, count in counts.items() if count]
    say(f"{total:,} {what}{'' if total == 1 else 's'}: {', '.join(parts) or 'none'}")


def _raise_unfinished(corpus: Corpus, not_checked: int) -> None:
    from ...schema import PartlyDone

    raise PartlyDone(
        f"{corpus.folder}: not checked, or without a clear answer: {not_checked:,} posts",
        f"mnerctl comply --corpus {corpus.folder}    # skips those that were checked",
    )
