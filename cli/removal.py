"""Remove posts from what was made from them: releases, galleries, exports, reports and caches.

`comply` and `release withdraw` share this. Each wing removes its own part. The user names the folders.
What killed runs left behind is removed with them.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .options import RELEASES

if TYPE_CHECKING:
    from ..release.lifecycle.held import Held
    from ..schema import Corpus
    from ..schema.files.leftovers import Leftovers
    from ..schema.release.manifest import Withdrawn

Galleries = Annotated[
    list[Path] | None,
    typer.Option(
        "--gallery", metavar="DIR", help="Also remove the posts from this gallery; can be repeated."
    ),
]
Exports = Annotated[
    list[Path] | None,
    typer.Option(
        "--export",
        metavar="DIR",
        help="Also make this export again, without the posts; can be repeated.",
    ),
]
Reports = Annotated[
    list[Path] | None,
    typer.Option(
        "--reports",
        metavar="DIR",
        help="Also remove the posts from predictions and pages below this folder; can be repeated.",
    ),
]

_WORDS = {
    "release_records": "from releases",
    "gallery_posts": "from galleries",
    "export_posts": "from exports",
    "report_lines": "report lines",
    "report_examples": "page examples",
    "vectors": "cached vectors",
    "pixels": "cached pictures",
    "answers": "cached answers",
    "unfinished": "files that an interrupted withdrawal left",
}


@dataclass
class Removed:
    """What was removed, by place.

    release_records: records removed from releases.
    gallery_posts: posts removed from galleries.
    export_posts: posts removed from exports.
    report_lines: lines removed from predictions and similar files.
    report_examples: examples removed from report pages.
    vectors: cached image vectors that were deleted.
    pixels: cached pictures in the size of an encoder that were deleted.
    answers: cached chat answers that were deleted.
    unfinished: files of releases that an interrupted withdrawal left to change or delete.
    still: files that still name a post and that the user has to look at.
    found: ids of posts that a release contained.
    held: releases, galleries and exports beside the named folders that still have a removed post.
    """

    release_records: int = 0
    gallery_posts: int = 0
    export_posts: int = 0
    report_lines: int = 0
    report_examples: int = 0
    vectors: int = 0
    pixels: int = 0
    answers: int = 0
    unfinished: int = 0
    still: list[str] = field(default_factory=list)
    found: set[str] = field(default_factory=set)
    held: list[Held] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        """Return the counts for `--json`."""
        return {name: getattr(self, name) for name in _WORDS}

    def summary(self, *, dry_run: bool = False) -> str:
        """Return one sentence with the counts, or "" if nothing was removed or would be."""
        words = [
            f"{words} {getattr(self, name):,}"
            for name, words in _WORDS.items()
            if getattr(self, name)
        ]
        verb = "would also remove" if dry_run else "also removed"
        return f"{verb}: {', '.join(words)}" if words else ""


def remove_everywhere(
    posts: Sequence[Withdrawn],
    *,
    pictures: Iterable[str] = (),
    releases: Sequence[Path] = (),
    galleries: Sequence[Path] = (),
    exports: Sequence[Path] = (),
    reports: Sequence[Path] = (),
    corpus: Corpus | None = None,
    dry_run: bool = False,
) -> Removed:
    """Remove posts from releases, galleries, exports, reports and caches.

    Args:
        posts: the posts, as the notice of a release lists them.
        pictures: SHA-256 of the pictures that the corpus deleted with them.
        releases: folders of frozen releases.
        galleries: folders of galleries.
        exports: folders of exports of these releases.
        reports: folders with predictions and report pages.
        corpus: the folders beside it, and those beside its releases and galleries, are looked at.
        dry_run: only count.
    """
    from ..model.chat.answers import forget_answers
    from ..model.inputs.picture_cache import forget_vectors
    from ..model.inputs.pixel_cache import forget_pixels
    from ..release.export.withdraw import withdraw_from_export
    from ..release.lifecycle.held import still_held
    from ..release.lifecycle.withdraw import withdraw_from_release
    from ..release.lifecycle.withdraw_derived import withdraw_from_gallery, withdraw_from_reports

    removed = Removed()
    ids, hashes = {post.id for post in posts}, set(pictures)
    for release in releases:
        taken = withdraw_from_release(release, posts, dry_run=dry_run)
        removed.release_records += len(taken.record_ids)
        removed.unfinished += taken.unfinished
        removed.found |= set(taken.post_ids)
        ids |= {*taken.record_ids, *taken.earlier_ids}
        hashes |= taken.image_hashes
    for gallery in galleries:
        removed.gallery_posts += withdraw_from_gallery(gallery, ids, dry_run=dry_run)
    for export in exports:
        removed.export_posts += withdraw_from_export(export, releases, ids, dry_run=dry_run)
    for folder in reports:
        found = withdraw_from_reports(folder, ids, dry_run=dry_run)
        removed.report_lines += found.lines
        removed.report_examples += found.examples
        removed.still += map(str, found.still_named)
    removed.vectors = forget_vectors(hashes, dry_run=dry_run)
    removed.pixels = forget_pixels(hashes, dry_run=dry_run)
    removed.answers = forget_answers(ids, dry_run=dry_run)
    made = (*releases, *galleries, *exports)
    named = (*made, *([corpus.folder] if corpus else ()))
    places = [folder.absolute().parent for folder in named]
    held = still_held([*places, *(corpus.places() if corpus else ())], ids)
    emptied = {folder.resolve() for folder in made}
    removed.held = [one for one in held if one.folder.resolve() not in emptied]
    return removed


def clear_leftovers(
    corpus: Corpus | None, folders: Sequence[Path], *, dry_run: bool = False
) -> Leftovers:
    """Remove what killed runs left in all places where copies of posts can be.

    Args:
        corpus: the corpus; its folder, and the places where releases of it were begun, are searched. Unless
            `dry_run`, this process holds its lock.
        folders: releases, galleries, exports and reports; they and their neighbours are searched.
        dry_run: only count.
    """
    from ..model.inputs.picture_cache import cache_folder
    from ..model.inputs.pixel_cache import PIXELS
    from ..schema.corpus.image_store import EARLIER_PREFIX
    from ..schema.files.leftovers import remove_leftovers

    below = [*folders, *((corpus.folder,) if corpus else ())]
    known = corpus.places() if corpus else ()
    beside = (folder.absolute().parent for folder in below)
    found = remove_leftovers(
        (Path(), RELEASES, cache_folder(), *known, *beside),
        below=[*below, cache_folder() / PIXELS],
        dry_run=dry_run,
    )
    half = 0  # of versions that gave temporary files other names
    if corpus and (corpus.is_copy or not dry_run):
        half = corpus.drop_half_files((EARLIER_PREFIX,))
    return replace(found, removed=found.removed + half)


def print_leftovers(left: Leftovers, *, dry_run: bool = False) -> None:
    """Print how many leftovers were removed, and those that the user has to look at."""
    from ..schema.files.leftovers import counted
    from .console import say

    if left.removed:
        say(f"{counted(left.removed)} {'found' if dry_run else 'removed'}")
    if left.running:
        say(
            f"temporary files of running commands: {left.running:,} left alone;"
            " run this again when those commands have ended"
        )
    for path in left.unclear:
        say(f"{path}: perhaps of a killed run; delete it if no mnerctl is running")


def print_removed(removed: Removed, *, dry_run: bool = False, unfinished: int = 0) -> None:
    """Print what was removed, and the files that the user has to look at.

    Args:
        removed: the counts.
        dry_run: nothing was removed; print what would be.
        unfinished: posts whose removal from the corpus was interrupted, for a dry run.
    """
    from .console import say

    if summary := removed.summary(dry_run=dry_run):
        say(summary)
    if unfinished and dry_run:
        say(
            f"would also finish the removal of {unfinished:,} {'post' if unfinished == 1 else 'posts'}"
            " from the corpus, which was interrupted"
        )
    for path in removed.still:
        say(f"{path} still names a removed post: check the file or delete it")
    for one in removed.held:
        count = f"{one.posts:,} removed {'post' if one.posts == 1 else 'posts'}"
        say(
            f"{os.path.relpath(one.folder)} still has {count}: add --{one.kind} {os.path.relpath(one.folder)}"
        )
