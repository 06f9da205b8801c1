"""`mnerctl label suggest`: show annotators spans of a model or of known names before they answer."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from ..options import AsJson, CorpusDir
from .connection import LOCAL, OnlyProject, Url, studio_at


def suggest(
    corpus: CorpusDir = Path("corpus"),
    url: Url = LOCAL,
    predictions: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="A model's JSON lines; see docs/how-to/annotation-round.md.",
        ),
    ] = None,
    dictionary: Annotated[
        bool,
        typer.Option(
            "--dictionary", help="Suggest names that annotators have marked in this corpus."
        ),
    ] = False,
    project: OnlyProject = None,
    as_json: AsJson = False,
) -> None:
    """Show suggested spans to annotators.

    The least certain posts come first. A suggestion never becomes gold by itself.

    Example: mnerctl label suggest --corpus corpus --predictions predictions.jsonl
    """
    from ...annotation import DICTIONARY, dictionary_suggestions, read_predictions
    from ...annotation import suggest as show_suggestions
    from ...schema import Corpus, DataError, Problem, UsageError
    from ...schema.problem import errors_in
    from ..console import print_json, print_problems, say

    if (predictions is None) == (not dictionary):
        raise UsageError(
            "label suggest needs either --predictions FILE or --dictionary",
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
            f"{one.title}: {len(suggestions)} suggestions: {one.added} shown, {one.present} already there, "
            f"{one.answered} already answered, {one.absent} without a task; {one.link}"
        )
    if wrong := errors_in(problems):
        raise DataError(
            f"{predictions}: {len(wrong)} errors, named above; no suggestion was shown for these posts",
            f"fix them, then: mnerctl label suggest --corpus {corpus} --predictions {predictions}",
        )
    if not suggestions:
        say("no suggestions")
