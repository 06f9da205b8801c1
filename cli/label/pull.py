"""`mnerctl label pull`: store the answers of annotators that Label Studio has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from ..options import AsJson, CorpusDir
from .connection import LOCAL, OnlyProject, Url, studio_at

if TYPE_CHECKING:
    from ...annotation import PullResult
    from ...annotation.pull.summary import AnnotatorTally


def pull(
    corpus: CorpusDir = Path("corpus"),
    url: Url = LOCAL,
    project: OnlyProject = None,
    as_json: AsJson = False,
) -> None:
    """Pull annotations from Label Studio.

    Every span is checked, and answers with an error are not stored.

    Example: mnerctl label pull --corpus corpus
    """
    from ...annotation import pull as pull_answers
    from ...schema import Corpus
    from ..console import print_json, print_problems, progress

    with Corpus.open(corpus) as opened, progress("tasks") as on_count:
        pulled = pull_answers(opened, studio_at(url), title=project, on_count=on_count)
    print_problems(pulled.problems)
    if as_json:
        print_json(asdict(pulled))
    else:
        _print_tallies(pulled.tallies)
    _say_pulled(pulled, corpus)


def _print_tallies(tallies: Sequence[AnnotatorTally]) -> None:
    from ..console import print_table

    if tallies:
        columns = (
            "annotator",
            "round",
            "done",
            "skipped",
            "refused",
            "unclear",
            "spans",
            "open",
            "drafts",
        )
        print_table(
            "answers",
            columns,
            [
                (
                    *(one.annotator or "review", one.round, one.done, one.skipped),
                    *(
                        one.refused,
                        one.unclear,
                        one.spans,
                        *("" if n is None else n for n in (one.open, one.drafts)),
                    ),
                )
                for one in tallies
            ],
        )


def _say_pulled(pulled: PullResult, corpus: Path) -> None:
    from ...schema import DataError
    from ..console import say

    answers = pulled.stored + pulled.unchanged + pulled.refused + pulled.superseded + pulled.unclear
    changed = f" ({pulled.changed} of them changed)" if pulled.changed else ""
    deleted = f"; withdrawn after deletion: {pulled.withdrawn}" if pulled.withdrawn else ""
    decided = f", {pulled.decided} decisions of the review" if pulled.decided else ""
    say(
        f"{answers} answers: {pulled.stored} stored{changed}, {pulled.unchanged} unchanged, "
        f"{pulled.refused} refused, {pulled.unclear} of unclear logins, "
        f"{pulled.superseded} replaced by a later answer "
        f"({pulled.spans} spans, {pulled.skipped} skipped{decided}){deleted}; "
        f"tasks without an answer: {pulled.open}, with a draft: {pulled.drafts}"
    )
    if pulled.unclear:
        raise DataError(
            f"{pulled.refused + pulled.unclear} of {answers} answers have errors or are of unclear logins "
            "and were not stored",
            f"list the logins in [members] of {corpus / 'mnerctl.toml'}, fix the spans at the links above, "
            f"then: mnerctl label pull --corpus {corpus}",
        )
    if pulled.refused:
        raise DataError(
            f"{pulled.refused} of {answers} answers have errors and were not stored",
            f"open the links above, fix the spans, press Update, then: mnerctl label pull --corpus {corpus}",
        )
