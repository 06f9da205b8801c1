"""`mnerctl release gallery`: a release as a page to look at."""

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
        typer.Option(help="Ask this corpus what is sensitive, alt texts, who disagrees  [none]"),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write a folder of posts with pictures, entities and filters; open its index.html, offline.

    Example: mnerctl release gallery releases/1.0.0 -o gallery --corpus corpus
    """
    from ...release.gallery.gallery import write_gallery
    from ...release.gallery.facts import gather_facts
    from ...schema import Corpus, Release
    from ..console import print_json, print_problems, progress, say

    with progress("files") as on_file:
        loaded = Release.read(release, on_file=on_file)
    print_problems(loaded.problems)
    with Corpus.open(corpus) if corpus else nullcontext() as opened:
        facts = gather_facts(loaded, opened)
    with progress("posts") as on_post:
        made = write_gallery(loaded, out, facts, on_post=on_post)
    if as_json:
        print_json(
            {
                "out": str(out),
                "posts": made.posts,
                "thumbnails": made.thumbnails,
                "not_shown": made.not_shown,
                "bytes": made.bytes,
            }
        )
    say(
        f"{out}: {made.posts:,} posts, {made.thumbnails:,} thumbnails, {made.not_shown:,} pictures not"
        f" shown, {made.bytes / 1e6:,.1f} MB; open {out / 'index.html'}"
    )
