"""`mnerctl label import`: spans made elsewhere become one annotator's."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from ..options import AsJson, CorpusDir


def import_spans(
    file: Annotated[Path, typer.Argument(help="JSON lines or CoNLL.")],
    annotator: Annotated[str, typer.Option(help="Whose spans these are.")],
    corpus: CorpusDir = Path("corpus"),
    as_json: AsJson = False,
) -> None:
    """Enter spans made elsewhere as one annotator's; with an error in the file nothing is stored.

    Example: mnerctl label import spans.jsonl --annotator ada
    """
    from ...annotation import import_spans
    from ...schema import Corpus
    from ..console import print_json, print_problems, say

    with Corpus.open(corpus) as opened:
        entered = import_spans(opened, file, annotator=annotator)
    print_problems(entered.problems)
    if as_json:
        print_json(asdict(entered))
    say(
        f"{file}: {entered.posts} posts: {entered.stored} stored, {entered.unchanged} unchanged "
        f"({entered.spans} spans, {entered.skipped} skipped)"
    )
