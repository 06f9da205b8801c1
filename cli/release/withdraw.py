"""`mnerctl release withdraw`: remove posts from a frozen release and from what was made of it."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..options import AsJson
from ..removal import Exports, Galleries, Reports, clear_leftovers, print_leftovers

if TYPE_CHECKING:
    from ...schema import Corpus


def withdraw(
    release: Annotated[Path, typer.Argument(metavar="RELEASE", help="A release of mnerctl.")],
    ids: Annotated[list[str], typer.Argument(metavar="ID...", help="Ids of posts or of records.")],
    reason: Annotated[
        str, typer.Option(help="Reason for the removal; the public notice shows it.")
    ],
    corpus: Annotated[
        Path | None,
        typer.Option(
            help="Also remove the posts from this corpus, and so from later releases.",
            show_default="none",
        ),
    ] = None,
    gallery: Galleries = None,
    export: Exports = None,
    reports: Reports = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", "-n", help="Print what would go; change nothing.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Remove posts from a frozen release.

    The manifest stays as it is. A notice beside it, withdrawn.json, lists the removed posts with the reason
    and describes the files that are left.

    Example: mnerctl release withdraw releases/1.0.0 1554138525414526977 --reason "asked by its author"
    --corpus corpus
    """
    from ...collector import WITHDRAWN_FATE, finish_removal
    from ...collector import withdraw as withdraw_from_corpus
    from ...release.lifecycle.withdraw import withdrawn_ids
    from ...schema import Corpus
    from ...schema.release.manifest import Withdrawn
    from ..console import print_json, say
    from ..removal import Removed, print_removed, remove_everywhere

    earlier = withdrawn_ids(release)
    folders = [release, *(gallery or ()), *(export or ()), *(reports or ())]

    def remove_posts(pictures: Iterable[str], *, dry_run: bool) -> Removed:
        today = datetime.now(UTC).date()
        return remove_everywhere(
            [Withdrawn(id=id, fate=WITHDRAWN_FATE, reason=reason, date=today) for id in wanted],
            pictures=pictures,
            releases=[release],
            galleries=gallery or [],
            exports=export or [],
            reports=reports or [],
            corpus=opened,
            dry_run=dry_run,
        )

    with Corpus.open(corpus, dry_run=dry_run) if corpus else nullcontext() as opened:
        wanted = list(dict.fromkeys((opened and opened.resolved_id(id)) or id for id in ids))
        unfinished = len(opened.unfinished_burials()) if opened else 0
        with _trial(opened):
            corpus_posts = withdraw_from_corpus(opened, wanted, reason) if opened else []
            done = remove_posts(opened.unfinished_hashes() if opened else (), dry_run=True)
            left = clear_leftovers(opened, folders, dry_run=True)
        _refuse_unknown(release, set(wanted) - done.found - earlier, opened)
        with opened.only_writer() if opened else nullcontext():
            if not dry_run:
                left = clear_leftovers(opened, folders)
            if opened and not dry_run:
                with opened.transaction():
                    withdraw_from_corpus(opened, wanted, reason)
            if not dry_run:
                done = remove_posts(opened.unfinished_hashes() if opened else (), dry_run=False)
            if opened and not dry_run:
                finish_removal(opened)
    counts = {"ids": len(wanted), "corpus_posts": len(corpus_posts), **done.counts()}
    counts["leftovers"] = left.removed
    if as_json:
        print_json({**counts, "still": done.still})
    say(
        f"{len(wanted):,} {'id' if len(wanted) == 1 else 'ids'}:"
        f" {done.release_records:,} in the release"
        f"{f', {len(corpus_posts):,} in the corpus' if corpus else ''},"
        f" {len(earlier & set(wanted)):,} withdrawn earlier"
        f"{'; nothing was changed' if dry_run else ''}"
    )
    print_removed(done, dry_run=dry_run, unfinished=unfinished)
    print_leftovers(left, dry_run=dry_run)
    if not corpus and not dry_run:
        say("a corpus with these posts would release them again: add --corpus DIR to remove them")


def _trial(corpus: Corpus | None) -> AbstractContextManager[None]:
    """Undo what happens to the corpus inside the block.

    The trial run reads every folder before anything is changed, so an error leaves all of them untouched.
    """
    return corpus.trial() if corpus else nullcontext()


def _refuse_unknown(release: Path, ids: set[str], corpus: Corpus | None) -> None:
    """Refuse ids that neither the release nor the corpus has.

    If an id with a wrong digit were accepted, the post would stay and nobody would notice.
    """
    from ...schema import DataError

    unknown = sorted(id for id in ids if corpus is None or corpus.resolved_id(id) is None)
    if unknown:
        where = f"{release} or {corpus.folder}" if corpus else str(release)
        raise DataError(
            f"{', '.join(unknown)}: not in {where}; nothing was changed",
            f"mnerctl release withdraw {release} ID... --reason TEXT    # ids as records have them",
        )
