"""`mnerctl label import`: store the spans of a file as one annotator's."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from ..options import AsJson, CorpusDir


def import_spans(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="JSON lines or CoNLL.")],
    annotator: Annotated[str, typer.Option(help="Name of the annotator of these spans.")],
    corpus: CorpusDir = Path("corpus"),
    as_json: AsJson = False,
) -> None:
    """Import spans from a file as one annotator's.

    If one line of the file has an error, nothing is stored.

    Example: mnerctl label import spans.jsonl --annotator ada
    """
    from ...annotation import import_spans as store_spans
    from ...schema import Corpus
    from ..console import print_json, print_problems, say

    with Corpus.open(corpus) as opened:
        result = store_spans(opened, file, annotator=annotator)
    print_problems(result.problems)
    if as_json:
        print_json(asdict(result))
    say(
        f"{file}: {result.posts} posts: {result.stored} stored, {result.unchanged} unchanged "
        f"({result.spans} spans, {result.skipped} skipped)"
    )
