"""`mnerctl release gallery`: write a release as a page to look at."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import Annotated

import typer

from ..options import AsJson, Out, ReleasePath


def gallery(
    release: ReleasePath,
    out: Out,
    corpus: Annotated[
        Path | None,
        typer.Option(
            help="Add sensitive flags, alt texts and disagreements from this corpus.",
            show_default="none",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write a page of posts to look at offline.

    The page shows each post with its pictures and entities, and filters them. Open index.html in the folder
    with a browser.

    Example: mnerctl release gallery releases/1.0.0 -o gallery --corpus corpus
    """
    from ...release.gallery.facts import gather_facts
    from ...release.gallery.gallery import write_gallery
    from ...schema import Corpus, Release
    from ..console import print_json, print_problems, progress, say

    with progress("files") as on_file:
        loaded = Release.read(release, on_file=on_file)
    print_problems(loaded.problems)
    with Corpus.open(corpus) if corpus else nullcontext() as opened:
        facts = gather_facts(loaded, opened)
        if opened:
            opened.note_place(out.parent)
    with progress("posts") as on_post:
        written = write_gallery(loaded, out, facts, on_post=on_post)
    if as_json:
        print_json(
            {
                "out": str(out),
                "posts": written.posts,
                "thumbnails": written.thumbnails,
                "not_shown": written.not_shown,
                "bytes": written.bytes,
            }
        )
    say(
        f"{out}: {written.posts:,} posts, {written.thumbnails:,} thumbnails,"
        f" {written.not_shown:,} pictures not shown, {written.bytes / 1e6:,.1f} MB;"
        f" open {out / 'index.html'}"
    )
