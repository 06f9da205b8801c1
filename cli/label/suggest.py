"""`mnerctl label suggest`: spans of a model or of known names, shown to annotators beforehand."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from ..options import AsJson, CorpusDir
from .pull import Url, studio_at
from .serve import LOCAL


def suggest(
    corpus: CorpusDir = Path("corpus"),
    url: Url = LOCAL,
    predictions: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="JSON lines of a model: docs/how-to/annotation-round.md."
        ),
    ] = None,
    dictionary: Annotated[
        bool, typer.Option("--dictionary", help="Names that the corpus knows from what was read.")
    ] = False,
    project: Annotated[
        str | None,
        typer.Option(help="Only the project with this title  [all of push]", show_default=False),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show annotators suggested spans, the least certain posts first; they are never gold.

    Example: mnerctl label suggest --corpus corpus --predictions predictions.jsonl
    """
    from ...annotation import DICTIONARY, dictionary_suggestions, read_predictions
    from ...annotation import suggest as show_suggestions
    from ...schema import Corpus, DataError, Problem, UsageError
    from ...schema.problem import errors_in
    from ..console import print_json, print_problems, say

    if (predictions is None) == (not dictionary):
        raise UsageError(
            "label suggest: wanted one of --predictions FILE and --dictionary",
            f"mnerctl label suggest --corpus {corpus} --dictionary",
        )
    source = predictions.stem if predictions else DICTIONARY
    problems: list[Problem] = []
    with Corpus.open(corpus) as opened:
        suggestions = list(
            read_predictions(opened, predictions, source, problems)
            if predictions
            else dictionary_suggestions(opened)
        )
        print_problems(problems)
        results = (
            show_suggestions(opened, studio_at(url), suggestions, source=source, title=project)
            if suggestions
            else []
        )
    if as_json:
        print_json([asdict(one) for one in results])
    for one in results:
        say(
            f"{one.title}: {len(suggestions)} suggestions: {one.added} shown, {one.present} there already, "
            f"{one.answered} answered already, {one.absent} without a task; {one.link}"
        )
    if wrong := errors_in(problems):
        raise DataError(
            f"{predictions}: {len(wrong)} errors, named above; these posts have no suggestion",
            f"mend them, then: mnerctl label suggest --corpus {corpus} --predictions {predictions}",
        )
    if not suggestions:
        say("nothing to suggest")
