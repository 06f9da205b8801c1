"""`mnerctl release diff`: what is new in a release, and what is gone."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from ..options import AsJson

MOST_ROWS = 20
_ABOUT = "A release, or a published corpus: the {}."


def diff(
    before: Annotated[Path, typer.Argument(metavar="A", help=_ABOUT.format("older"))],
    after: Annotated[Path, typer.Argument(metavar="B", help=_ABOUT.format("newer"))],
    format: Annotated[
        Literal["table", "markdown"],
        typer.Option(help="markdown: a changelog to paste, with more posts."),
    ] = "table",
    as_json: AsJson = False,
) -> None:
    """Compare two releases post by post: text, entities, images, splits, and who withdrew.

    Example: mnerctl release diff releases/1.0.0 releases/1.1.0 --format markdown
    """
    from ...release.stats.diff import diff_releases
    from ...release.stats.diff_text import as_changelog, as_document, rows, size_table, summary
    from ...schema import Release, UsageError
    from ..console import print_json, print_problems, print_table, progress, say

    if as_json and format == "markdown":
        raise UsageError(
            "--json and --format markdown: wanted one of them at most",
            f"mnerctl release diff {before} {after} --format markdown",
        )
    releases = []
    for path in (before, after):
        with progress("files") as on_file:
            releases.append(Release.load(path, on_file=on_file))
        print_problems(releases[-1].problems)
    with progress("posts") as on_post:
        found = diff_releases(*releases, on_post=on_post)
    if as_json:
        print_json(as_document(found))
    elif format == "markdown":
        print(as_changelog(found), end="")
    else:
        sizes = size_table(found)
        print_table(sizes.title, sizes.columns, sizes.rows)
        others = list(rows(found))
        if others:
            print_table("posts that differ", ("", "post", "how"), others[:MOST_ROWS])
        if len(others) > MOST_ROWS:
            say(f"{len(others) - MOST_ROWS:,} more posts differ; --json lists all")
    say(f"{before} to {after}: {summary(found)}")
