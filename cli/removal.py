"""Posts that had to go leave what was made from them: releases, galleries, reports and what is cached.

`comply` and `release withdraw` share this; each wing does its own part, and nothing is found by guessing:
folders are given.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from ..schema.release.manifest import Withdrawn

Galleries = Annotated[
    list[Path] | None,
    typer.Option(
        "--gallery", metavar="DIR", help="Also take them out of this gallery; again for more."
    ),
]
Reports = Annotated[
    list[Path] | None,
    typer.Option(
        "--reports",
        metavar="DIR",
        help="Also out of predictions and pages below this folder; again for more.",
    ),
]


_WORDS = {
    "release_records": "from releases",
    "gallery_posts": "from galleries",
    "report_lines": "lines of reports",
    "report_examples": "examples of pages",
    "vectors": "cached vectors",
    "answers": "cached answers",
}


@dataclass
class Reached:
    """How much left where. still: files that name a post yet, which people must look at. found: the
    posts that a release had.
    """

    release_records: int = 0
    gallery_posts: int = 0
    report_lines: int = 0
    report_examples: int = 0
    vectors: int = 0
    answers: int = 0
    still: list[str] = field(default_factory=list)
    found: set[str] = field(default_factory=set)

    def counts(self) -> dict[str, int]:
        """What to print."""
        return {name: getattr(self, name) for name in _WORDS}

    def summary(self) -> str:
        """One sentence of what left, or "" where nothing did."""
        words = [
            f"{words} {getattr(self, name):,}"
            for name, words in _WORDS.items()
            if getattr(self, name)
        ]
        return f"also gone: {', '.join(words)}" if words else ""


def reach(
    posts: Sequence[Withdrawn],
    *,
    pictures: Iterable[str] = (),
    releases: Sequence[Path] = (),
    galleries: Sequence[Path] = (),
    reports: Sequence[Path] = (),
    dry_run: bool = False,
) -> Reached:
    """Takes the posts out everywhere. pictures: SHA-256 of those that the corpus lost with them."""
    from ..model.chat.answers import forget_answers
    from ..model.inputs.picture_cache import forget_vectors
    from ..release.lifecycle.withdraw import withdraw_from_release
    from ..release.lifecycle.withdraw_derived import withdraw_from_gallery, withdraw_from_reports

    reached = Reached()
    ids, hashes = {post.id for post in posts}, set(pictures)
    for release in releases:
        taken = withdraw_from_release(release, posts, dry_run=dry_run)
        reached.release_records += len(taken.ids)
        reached.found |= set(taken.posts)
        ids |= set(taken.ids)
        hashes |= taken.pictures
    for gallery in galleries:
        reached.gallery_posts += withdraw_from_gallery(gallery, ids, dry_run=dry_run)
    for folder in reports:
        found = withdraw_from_reports(folder, ids, dry_run=dry_run)
        reached.report_lines += found.lines
        reached.report_examples += found.examples
        reached.still += map(str, found.still)
    reached.vectors = forget_vectors(hashes, dry_run=dry_run)
    reached.answers = forget_answers(ids, dry_run=dry_run)
    return reached


def say_reached(reached: Reached) -> None:
    """For people: what left, and what is theirs to look at."""
    from .console import say

    if reached.summary():
        say(reached.summary())
    for path in reached.still:
        say(f"{path} still names one of them: look at it, or delete it")
