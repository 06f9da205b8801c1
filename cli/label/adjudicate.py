"""`mnerctl label adjudicate`: make gold by rule, and push undecided posts to a review project."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..options import AsJson, CorpusDir
from .connection import default_title, studio_at

if TYPE_CHECKING:
    from ...annotation import AdjudicationStatus, PushResult


def adjudicate(
    corpus: CorpusDir = Path("corpus"),
    majority: Annotated[
        bool | None,
        typer.Option(
            "--majority/--no-majority",
            help="Also keep spans that more than half of the annotators have marked.",
            show_default="as the last time; at first, --no-majority",
        ),
    ] = None,
    url: Annotated[
        str | None,
        typer.Option(help="Push undecided posts to a review project of this Label Studio."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make gold of what annotators agree on.

    With --url, the other posts go to a review project. `mnerctl label pull` stores the decisions made there
    as gold. The corpus remembers --majority: only --no-majority takes it back.

    Example: mnerctl label adjudicate --corpus corpus --majority --url http://127.0.0.1:8090
    """
    from ...annotation import adjudicate as adjudicate_posts
    from ...annotation import push_review
    from ...schema import Corpus, DataError
    from ..console import print_json, print_problems, progress, say

    with Corpus.open(corpus) as opened:
        studio = studio_at(url) if url else None
        result = adjudicate_posts(opened, majority=majority)
        print_problems(result.problems)
        if not result.status_counts:
            raise DataError(
                f"{corpus}: no annotations",
                f"mnerctl label pull --corpus {corpus}    # or label import",
            )
        pushed: list[PushResult] = []
        if studio and result.disputes:
            with progress("posts") as on_count:
                pushed = push_review(
                    opened, studio, result.disputes, title=default_title(corpus), on_count=on_count
                )
            print_problems([row for one in pushed for row in one.problems])
    if as_json:
        print_json(
            {
                "posts": result.status_counts,
                "undecided": [dispute.post.id for dispute in result.disputes],
                "majority": result.majority,
                "review": [asdict(one) for one in pushed],
                "problems": [asdict(row) for row in result.problems],
            }
        )
    say(rule_in_words(result.majority, result.was_majority))
    say(summary(result.status_counts))
    _say_next_step(len(result.disputes), pushed, corpus)


def rule_in_words(majority: bool, was_majority: bool | None) -> str:
    """Return the sentence that names the rule, and whether it has just changed."""
    rules = {True: "by majority (--majority)", False: "only what all agree on (--no-majority)"}
    changed = f"; until now: {rules[was_majority]}" if was_majority not in (None, majority) else ""
    return f"rule: {rules[majority]}{changed}"


def summary(status_counts: Mapping[AdjudicationStatus, int]) -> str:
    """Return one sentence of counts that add up to the annotated posts."""
    words: dict[AdjudicationStatus, str] = {
        "agreed": "agreed",
        "majority": "by majority",
        "single": "by their only annotator",
        "adjudicated": "adjudicated",
        "undecided": "undecided",
        "waiting": "waiting for a second annotator",
        "skipped": "skipped by all",
        "outdated": "outdated",
        "not_kept": "not kept",
    }
    counts = ", ".join(f"{status_counts.get(status, 0)} {word}" for status, word in words.items())
    return f"{sum(status_counts.values())} annotated posts: {counts}"


def _say_next_step(disputes: int, pushed: Sequence[PushResult], corpus: Path) -> None:
    from ..console import say

    for one in pushed:
        say(
            f"{one.title}: {one.added} added, {one.present} already there, {one.refused} refused; "
            f"decide at {one.link}, then: mnerctl label pull --corpus {corpus}"
        )
    if disputes and not pushed:
        say(
            f"to decide the undecided posts: mnerctl label adjudicate --corpus {corpus} --url ADDRESS"
        )
