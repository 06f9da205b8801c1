"""`mnerctl status`: show what became of each input line, and what the corpus contains."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast, get_args

import typer

from ..options import AsJson, CorpusDir

if TYPE_CHECKING:
    from ...schema import Fate


def status(
    corpus: CorpusDir = Path("corpus"),
    fate: Annotated[
        str | None, typer.Option("--list", metavar="FATE", help="List the lines with this fate.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show what became of each input line.

    Also counts the kept posts and the money spent.

    Example: mnerctl status --corpus corpus --list gone
    """
    from ...schema import Corpus
    from ..console import print_json, print_table, say
    from .status_rows import as_document, as_rows, count_corpus

    with Corpus.open(corpus) as opened:
        if fate:
            lines = list(opened.lines_with_fate(_fate(fate)))
            fates = opened.line_fates()
        else:
            counts = count_corpus(opened)
            fates = counts.fates
    if fate:
        lines = [line._replace(source=_from_here(line.source, corpus)) for line in lines]
        if as_json:
            print_json([line._asdict() for line in lines])
        else:
            shown = [(f"{line.source}:{line.number}", line.text, line.reason) for line in lines]
            print_table(fate, ("line", "text", "reason"), shown)
    elif as_json:
        print_json(as_document(counts))
    else:
        print_table(
            str(corpus), ("fate", "lines"), [(k, f"{n:,}") for k, n in _kept_first(fates).items()]
        )
        if rows := as_rows(counts):
            print_table("posts", ("what", "counts"), rows)
    say(summary(fates))


def summary(fates: dict[Fate, int]) -> str:
    """Return one sentence of counts that sum to the input."""
    parts = [f"{count:,} {fate.replace('_', ' ')}" for fate, count in _kept_first(fates).items()]
    lines = sum(fates.values())
    return f"{lines:,} {'line' if lines == 1 else 'lines'}: {', '.join(parts) or 'none'}"


def _kept_first(fates: dict[Fate, int]) -> dict[Fate, int]:
    return dict(sorted(fates.items(), key=lambda row: (row[0] != "kept", -row[1], row[0])))


def _from_here(source: str, corpus: Path) -> str:
    """Return the path of an input file from the current folder; it is stored relative to the corpus."""
    from ...collector import STANDARD_INPUT

    return source if source == STANDARD_INPUT else os.path.relpath(corpus / source)


def _fate(name: str) -> Fate:
    from ...schema import Fate, UsageError

    if name not in get_args(Fate):
        raise UsageError(f"--list {name!r}: not a fate", f"one of {', '.join(get_args(Fate))}")
    return cast(Fate, name)
