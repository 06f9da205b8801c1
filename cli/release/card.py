"""`mnerctl release card`: write the dataset card of a release."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..options import AsJson, ReleasePath
from .export import FactsFrom, facts_from


def card(
    release: ReleasePath,
    corpus: FactsFrom = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="The file to write.", show_default="standard output"),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write the dataset card of a release.

    The card has the metadata of the Hugging Face Hub and a datasheet. Unknown facts are marked.

    Example: mnerctl release card releases/1.0.0 --corpus corpus -o README.md
    """
    from ...release import blanks, card_of, write_card
    from ...schema import Release
    from ...schema.corpus.settings import SETTINGS
    from ..console import print_document, print_json, print_problems, say

    facts = facts_from(corpus)
    loaded = Release.load(release)
    print_problems(loaded.problems)
    text = card_of(loaded, facts)
    if out:
        write_card(out, text)
    empty = blanks(facts)
    if as_json:
        print_json({"release": str(loaded.folder), "card": text, "blank": empty})
    elif not out:
        print_document(text)
    where = f"the table [card] of {corpus / SETTINGS}" if corpus else "no --corpus was given"
    say(f"not known: {', '.join(empty)} ({where})" if empty else "all facts are known")
