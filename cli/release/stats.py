"""`mnerctl release stats`: print the statistics of a release."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..options import AsJson, ReleasePath


def stats(
    release: ReleasePath,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print Markdown tables.")] = False,
    latex: Annotated[bool, typer.Option("--latex", help="Print LaTeX tables (booktabs).")] = False,
    plots: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Also draw SVG plots into this new folder.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Print the statistics of a release.

    They are the table of the paper, text lengths, names that are not in train, and names with several types.

    Example: mnerctl release stats releases/1.0.0 --markdown --plots plots
    """
    from ...release import (
        ambiguity_table,
        as_latex,
        as_markdown,
        paper_table,
        statistics,
        text_statistics,
        text_table,
        write_plots,
    )
    from ...release.stats.stats_table import MAX_FORMS
    from ...schema import Release, UsageError
    from ..console import print_document, print_json, print_problems, print_table, progress, say

    if sum((markdown, latex, as_json)) > 1:
        raise UsageError(
            "--json, --markdown and --latex: wanted at most one of them",
            f"mnerctl release stats {release} --markdown",
        )
    with progress("files") as on_file:
        loaded = Release.load(release, on_file=on_file)
    print_problems(loaded.problems)
    counts, text = statistics(loaded), text_statistics(loaded)
    if plots:
        write_plots(plots, counts, text)
    version = f" {loaded.manifest.version}" if loaded.manifest else ""
    tables = [paper_table(f"{loaded.name}{version}", counts), text_table(text)]
    if text.ambiguous:
        tables.append(ambiguity_table(text))
    if as_json:
        print_json(
            {
                "release": str(loaded.folder),
                "statistics": counts.as_dict(),
                "text": text.as_dict(most_forms=MAX_FORMS),
            }
        )
    elif markdown:
        print_document(as_markdown(tables))
    elif latex:
        print_document(as_latex(tables))
    else:
        for table in tables:
            print_table(table.title, table.columns, table.rows)
    say(f"{loaded.folder}: {counts.summary()}")
