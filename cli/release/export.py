"""`mnerctl release export`: write a release in the format of another tool."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand

from ..options import AsJson, Out, ReleasePath

if TYPE_CHECKING:
    from ...schema.corpus.card_facts import CardFacts

FactsFrom = Annotated[
    Path | None,
    typer.Option(
        "--corpus",
        help="The corpus folder whose mnerctl.toml has the facts for the card.",
        show_default="none",
    ),
]


class ExportCommand(TyperCommand):
    """The command, with the names of all formats in its help.

    The names are read when this command is used, because importing them would slow down every `--help`.
    """

    def get_params(self, ctx: Any) -> list[Any]:
        """Return the parameters, with the formats as the value of `--to`."""
        from ...release import FORMATS

        params: list[Any] = super().get_params(ctx)
        for param in params:
            if param.name == "to":
                param.metavar = f"<{'|'.join(FORMATS)}>"
        return params


def export(
    release: ReleasePath,
    out: Out,
    to: Annotated[
        str, typer.Option("--to", help="The format; hub is a folder for the Hugging Face Hub.")
    ],
    corpus: FactsFrom = None,
    with_content: Annotated[
        bool,
        typer.Option("--with-content", help="For hub: include text and pictures, not only ids."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Write a release in another format.

    Example: mnerctl release export releases/1.0.0 --to parquet -o exports/parquet
    """
    from ...release import FORMATS, export_release
    from ...release.export.terms import SUMMARY
    from ...schema import Corpus, Release, UsageError
    from ...schema.corpus.stored import DATABASE
    from ..console import print_json, print_problems, progress, say

    if to not in FORMATS:
        raise typer.BadParameter(
            f"{to!r} is not a format; choose from {', '.join(FORMATS)}", param_hint="'--to'"
        )
    if with_content and to != "hub":
        raise UsageError(
            f"--with-content: only for hub; {to} always has text and pictures",
            f"mnerctl release export {release} --to {to} -o {out}",
        )
    facts = facts_from(corpus)
    if corpus and (corpus / DATABASE).is_file():
        with Corpus.open(corpus) as opened:
            opened.note_place(out.parent)
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
    """Return the facts of a corpus; empty ones if no corpus is given, as for a release of other authors."""
    from ...schema.corpus.card_facts import CardFacts
    from ...schema.corpus.settings import read_settings

    return read_settings(corpus).card if corpus else CardFacts()
