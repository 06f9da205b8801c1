"""`mnerctl release export`: a release in the formats of other tools."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from ..options import AsJson, Out, ReleasePath

if TYPE_CHECKING:
    from ...schema.corpus.card_facts import CardFacts

FactsFrom = Annotated[
    Path | None,
    typer.Option(
        "--corpus", help="The corpus folder whose mnerctl.toml holds the card's facts  [none]"
    ),
]
FormatName = Literal["mner-mi", "conll", "jsonl", "parquet", "croissant", "hub"]


def export(
    release: ReleasePath,
    out: Out,
    to: Annotated[FormatName, typer.Option("--to", help="The format; hub: ready to push there.")],
    corpus: FactsFrom = None,
    with_content: Annotated[
        bool,
        typer.Option("--with-content", help="Of hub: with text and pictures, not ids alone."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Write a release as other tools read it.

    Example: mnerctl release export releases/1.0.0 --to parquet -o exports/parquet
    """
    from ...release import export_release
    from ...release.export.terms import SUMMARY
    from ...schema import Release, UsageError
    from ..console import print_json, print_problems, progress, say

    if with_content and to != "hub":
        raise UsageError(
            f"--with-content: for hub alone; {to} always has text and pictures",
            f"mnerctl release export {release} --to {to} -o {out}",
        )
    facts = facts_from(corpus)
    loaded = Release.load(release)
    print_problems(loaded.problems)
    if with_content:
        say(f"{SUMMARY}.")
    with progress("files") as on_file:
        done = export_release(
            loaded, out, format=to, facts=facts, with_content=with_content, on_file=on_file
        )
    if as_json:
        print_json(
            {
                "out": str(done.folder),
                "format": done.format,
                "files": done.files,
                "bytes": done.bytes,
                "missing_images": done.missing_images,
            }
        )
    say(
        f"{done.folder}: {sum(1 for _ in loaded.records()):,} records as {done.format},"
        f" {done.files:,} files, {done.bytes / 1e6:,.1f} MB; {done.missing_images:,} images are missing"
    )


def facts_from(corpus: Path | None) -> CardFacts:
    """The facts of a corpus; none of any where none is named, lest a foreign release gets our name."""
    from ...schema.corpus.card_facts import CardFacts
    from ...schema.corpus.settings import read_settings

    return read_settings(corpus).card if corpus else CardFacts()
