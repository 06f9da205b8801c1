"""`mnerctl label pull`: people's answers back from Label Studio, and what all commands need to get there."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..options import AsJson, CorpusDir
from .serve import LOCAL

if TYPE_CHECKING:
    from ...annotation import PullResult, Studio
    from ...annotation.pull.summary import Tally

CORPUS = Path("corpus")

Url = Annotated[str, typer.Option(help="The address of Label Studio.")]


def pull(
    corpus: CorpusDir = CORPUS,
    url: Url = LOCAL,
    project: Annotated[
        str | None,
        typer.Option(help="Only the project with this title  [all of push]", show_default=False),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Bring annotations back from Label Studio, each span checked.

    Example: mnerctl label pull --corpus corpus
    """
    from ...annotation import pull as pull_answers
    from ...schema import Corpus
    from ..console import print_json, print_problems, progress

    title = project or default_title(corpus)
    with Corpus.open(corpus) as opened, progress("tasks") as on_count:
        pulled = pull_answers(
            opened, studio_at(url), title=title, only=project is not None, on_count=on_count
        )
    print_problems(pulled.problems)
    if as_json:
        print_json(asdict(pulled))
    else:
        _print_tallies(pulled.tallies)
    _say_pulled(pulled, corpus)


def _print_tallies(tallies: Sequence[Tally]) -> None:
    from ..console import print_table

    if tallies:
        columns = ("annotator", "round", "done", "skipped", "refused", "spans", "open", "begun")
        print_table(
            "answers",
            columns,
            [
                (
                    *(one.annotator or "review", one.round, one.done, one.skipped, one.refused),
                    *(one.spans, *("" if n is None else n for n in (one.open, one.drafts))),
                )
                for one in tallies
            ],
        )


def _say_pulled(pulled: PullResult, corpus: Path) -> None:
    from ...schema import DataError
    from ..console import say

    answers = pulled.stored + pulled.unchanged + pulled.refused + pulled.superseded
    changed = f" ({pulled.changed} of them changed)" if pulled.changed else ""
    gone = f"; deleted at the server and withdrawn: {pulled.withdrawn}" if pulled.withdrawn else ""
    decided = f", {pulled.decided} decisions of the review" if pulled.decided else ""
    say(
        f"{answers} answers: {pulled.stored} stored{changed}, {pulled.unchanged} unchanged, "
        f"{pulled.refused} refused, {pulled.superseded} replaced by a later one "
        f"({pulled.spans} spans, {pulled.skipped} skipped{decided}){gone}; "
        f"tasks without an answer: {pulled.open}, begun and not submitted: {pulled.drafts}"
    )
    if pulled.refused:
        raise DataError(
            f"{pulled.refused} of {answers} answers have errors and were not stored",
            f"open the links above, mend the spans, press Update, then: mnerctl label pull --corpus {corpus}",
        )


def default_title(corpus: Path) -> str:
    """The project of a corpus; Label Studio takes titles of 3 to 50 characters."""
    return f"mnerctl {corpus.resolve().name}"[:50].strip()


def studio_at(url: str) -> Studio:
    """The Label Studio at an address, with the token of the environment."""
    from ...annotation import TOKEN_VARIABLE, Studio

    return Studio.connect(url, os.environ.get(TOKEN_VARIABLE))
