"""`mnerctl release withdraw`: posts leave a frozen release, and what was made from it."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..options import AsJson
from ..removal import Galleries, Reports

if TYPE_CHECKING:
    from ...schema import Corpus


def withdraw(
    release: Annotated[Path, typer.Argument(metavar="RELEASE", help="A release of mnerctl.")],
    ids: Annotated[list[str], typer.Argument(metavar="ID...", help="Of posts or records.")],
    reason: Annotated[str, typer.Option(help="Why; it stands in the notice for all to read.")],
    corpus: Annotated[
        Path | None,
        typer.Option(help="Also take them out of this corpus, and so of later releases  [none]"),
    ] = None,
    gallery: Galleries = None,
    reports: Reports = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", "-n", help="Say what would go; change nothing.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Take posts out of a frozen release: a notice beside the manifest says which, why, and what is left.

    Example: mnerctl release withdraw releases/1.0.0 1554138525414526977 --reason "asked by its author"
    --corpus corpus
    """
    from ...collector import WITHDRAWN_IS, finish
    from ...collector import withdraw as bury
    from ...release.lifecycle.withdraw import withdrawn_ids
    from ...schema import Corpus
    from ...schema.release.manifest import Withdrawn
    from ..console import print_json, say
    from ..removal import Reached, reach, say_reached

    before = withdrawn_ids(release)

    def reached(pictures: Iterable[str], *, is_trial: bool) -> Reached:
        today = datetime.now(UTC).date()
        return reach(
            [Withdrawn(id=id, fate=WITHDRAWN_IS, reason=reason, date=today) for id in wanted],
            pictures=pictures,
            releases=[release],
            galleries=gallery or [],
            reports=reports or [],
            dry_run=is_trial,
        )

    with Corpus.open(corpus) if corpus else nullcontext() as opened:
        wanted = list(dict.fromkeys((opened and opened.resolved_id(id)) or id for id in ids))
        with _trial(opened):
            buried = bury(opened, wanted, reason) if opened else []
            done = reached(opened.unfinished_pictures() if opened else (), is_trial=True)
        _refuse_unknown(release, set(wanted) - done.found - before, opened)
        if not dry_run:
            with opened.only_writer() if opened else nullcontext():
                if opened:
                    with opened.transaction():
                        bury(opened, wanted, reason)
                done = reached(opened.unfinished_pictures() if opened else (), is_trial=False)
                if opened:
                    finish(opened)
    counts = {"ids": len(wanted), "corpus_posts": len(buried), **done.counts()}
    if as_json:
        print_json({**counts, "still": done.still})
    say(
        f"{len(wanted):,} {'id' if len(wanted) == 1 else 'ids'}: {done.release_records:,} of the release"
        f"{f', {len(buried):,} of the corpus' if corpus else ''}, {len(before & set(wanted)):,} withdrawn"
        f" from it before"
        f"{'; nothing was changed' if dry_run else ''}"
    )
    say_reached(done)
    if not corpus and not dry_run:
        say("the corpus still has them, and so will the next release: --corpus DIR takes them out")


def _trial(corpus: Corpus | None) -> AbstractContextManager[None]:
    """What is done to the corpus inside is undone: every folder is looked at before one is changed."""
    return corpus.trial() if corpus else nullcontext()


def _refuse_unknown(release: Path, ids: set[str], corpus: Corpus | None) -> None:
    """A wrong digit would leave the post where it is, and nobody would notice."""
    from ...schema import DataError

    unknown = sorted(id for id in ids if corpus is None or corpus.resolved_id(id) is None)
    if unknown:
        where = f"{release} or {corpus.folder}" if corpus else str(release)
        raise DataError(
            f"{', '.join(unknown)}: not in {where}; nothing was changed",
            f"mnerctl release withdraw {release} ID... --reason TEXT    # ids as records have them",
        )
