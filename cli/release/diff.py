"""`mnerctl release diff`: print what changed between two releases."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from ..options import AsJson

MAX_ROWS = 20
_HELP = "The {} release, or published corpus."


def diff(
    before: Annotated[Path, typer.Argument(metavar="A", help=_HELP.format("older"))],
    after: Annotated[Path, typer.Argument(metavar="B", help=_HELP.format("newer"))],
    format: Annotated[
        Literal["table", "markdown"],
        typer.Option(help="Format of the output; markdown is a changelog to paste."),
    ] = "table",
    as_json: AsJson = False,
) -> None:
    """Compare two releases post by post.

    Posts are matched by id. Text, entities, images, split, evidence and URL are compared, and withdrawn posts
    are marked.

    Example: mnerctl release diff releases/1.0.0 releases/1.1.0 --format markdown
    """
    from ...release.stats.diff import diff_releases
    from ...release.stats.diff_text import as_changelog, as_document, rows, size_table, summary
    from ...schema import Release, UsageError
    from ..console import print_document, print_json, print_problems, print_table, progress, say

    if as_json and format == "markdown":
        raise UsageError(
            "--json and --format markdown: wanted only one of them",
            f"mnerctl release diff {before} {after} --format markdown",
        )
    releases = []
    for path in (before, after):
        with progress("files") as on_file:
            releases.append(Release.load(path, on_file=on_file))
        print_problems(releases[-1].problems)
    with progress("posts") as on_post:
        differences = diff_releases(*releases, on_post=on_post)
    if as_json:
        print_json(as_document(differences))
    elif format == "markdown":
        print_document(as_changelog(differences))
    else:
        sizes = size_table(differences)
        print_table(sizes.title, sizes.columns, sizes.rows)
        differing = list(rows(differences))
        if differing:
            print_table("posts that differ", ("", "post", "how"), differing[:MAX_ROWS])
        if len(differing) > MAX_ROWS:
            say(f"{len(differing) - MAX_ROWS:,} more posts differ; --json lists all")
    say(f"{before} to {after}: {summary(differences)}")
