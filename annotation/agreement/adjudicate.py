"""`label adjudicate`: what annotators agree on becomes gold, by rule; the rest is for an adjudicator.

Of each annotator the latest round counts, on the post's present text. Gold that a rule has made is made anew
at each run, and goes when its reason has gone. Gold that a person has decided stays as it is. What it
does not do: count votes (`vote.py`), or ask anybody (`push/review.py`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import Final, Literal

from ...schema import Annotation, Corpus, Gold, Post, Problem, Span
from ...schema.corpus.studio_rounds import Rounds
from .vote import evidence_for, vote

AdjudicationStatus = Literal[
    "agreed",
    "majority",
    "single",
    "adjudicated",
    "undecided",
    "waiting",
    "skipped",
    "outdated",
    "not_kept",
]
"""What becomes of an annotated post:

`agreed`, `majority`: see `vote.py`. `single`: done by the one annotator who was given it; it stays so when
a later round gives it to others too, until they answer. `adjudicated`: decided by a person. `undecided`: for
the review. `waiting`: done by one, and others may follow. `skipped`: by all. `outdated`: no annotation is of
its present text. `not_kept`: gone from the corpus.
"""
ALONE: Final = "annotator:"
BY_RULE: Final = ("agreed", "majority", ALONE.rstrip(":"))
"""How the `how` of gold begins that a rule has made."""


@dataclass(frozen=True, slots=True)
class Dispute:
    """A post on which annotators differ, with what each of them said."""

    post: Post
    annotations: tuple[Annotation, ...]


@dataclass(frozen=True, slots=True)
class AdjudicationResult:
    """How many annotated posts have each standing (their sum is all of them), and what is in dispute."""

    status_counts: dict[AdjudicationStatus, int]
    disputes: tuple[Dispute, ...]
    problems: tuple[Problem, ...]


def adjudicate(corpus: Corpus, *, majority: bool) -> AdjudicationResult:
    """Makes and unmakes gold by the rule, with a row for each that goes or that the rule sees otherwise."""
    kept = {row.post_id for row in corpus.with_fate("kept")}
    sole = Rounds.of(corpus).sole_annotators()
    status_counts: Counter[AdjudicationStatus] = Counter()
    disputes: list[Dispute] = []
    problems: list[Problem] = []
    annotated: set[str] = set()
    with corpus.transaction():
        for post_id, said in groupby(list(corpus.annotations()), key=attrgetter("post_id")):
            annotated.add(post_id)
            post = corpus.post(post_id) if post_id in kept else None
            if post is None:
                status_counts["not_kept"] += 1
                continue
            latest = {one.annotator: one for one in said}  # they come in the order of rounds
            current = [one for one in latest.values() if one.text == post.text]
            holder = _holder(corpus.gold_of(post_id)) or sole.get(post_id)
            standing, gold = ruling(post, current, majority=majority, sole=holder)
            standing = _settled(corpus, post, standing, gold, problems)
            status_counts[standing] += 1
            if standing == "undecided":
                disputes.append(Dispute(post, tuple(current)))
        for gold in list(corpus.gold()):
            if gold.post_id not in annotated and _is_by_rule(gold):
                _withdraw(corpus, gold, "its annotations are gone", problems)
    return AdjudicationResult(dict(status_counts), tuple(disputes), tuple(problems))


def ruling(
    post: Post, annotations: Sequence[Annotation], *, majority: bool, sole: str | None
) -> tuple[AdjudicationStatus, Gold | None]:
    """What the rule says about a post, from everybody's annotation of its present text.

    sole: the one annotator whom the post was given to, or is gold by, where there is one.
    """
    done = [one for one in annotations if one.status == "done"]
    if not annotations:
        return "outdated", None
    if not done:
        return "skipped", None
    if len(done) == 1:
        if len(annotations) > 1:
            return "undecided", None
        if done[0].annotator != sole:
            return "waiting", None
        return "single", _gold(post, done[0].spans, ALONE + done[0].annotator, done[0].evidence)
    decided = vote([one.spans for one in done], majority=majority)
    if decided is None:
        return "undecided", None
    gold = _gold(post, decided.spans, decided.how, evidence_for(decided.spans, done))
    return "agreed" if decided.how.startswith("agreed") else "majority", gold


def _holder(gold: Gold | None) -> str | None:
    """The one annotator whose word alone the gold of a post is."""
    return gold.how.removeprefix(ALONE) if gold and gold.how.startswith(ALONE) else None


def _gold(
    post: Post, spans: tuple[Span, ...], how: str, evidence: tuple[tuple[int, ...], ...]
) -> Gold:
    return Gold(post_id=post.id, text=post.text, spans=spans, how=how, evidence=evidence)


def _settled(
    corpus: Corpus,
    post: Post,
    standing: AdjudicationStatus,
    gold: Gold | None,
    problems: list[Problem],
) -> AdjudicationStatus:
    """Brings the stored gold of a post into line with the rule, but for what a person has decided."""
    before = corpus.gold_of(post.id)
    if before and not _is_by_rule(before):
        if before.text == post.text:
            if gold and gold.spans != before.spans:
                found, wanted = f"{gold.how} by rule, other spans", f"{before.how}, which stays"
                problems.append(Problem("note", "gold-kept", f"post {post.id}", found, wanted))
            return "adjudicated"
        _withdraw(corpus, before, "the post's text has changed since", problems)
    elif before and gold is None:
        _withdraw(corpus, before, f"the post is {standing} now", problems)
    if gold and gold != before:
        corpus.put_gold(gold)
    return standing


def _is_by_rule(gold: Gold) -> bool:
    return gold.how.partition(":")[0] in BY_RULE


def _withdraw(corpus: Corpus, gold: Gold, why: str, problems: list[Problem]) -> None:
    corpus.drop_gold(gold.post_id)
    found, wanted = f"{gold.how}, and {why}", "gold with a reason that holds"
    where = f"post {gold.post_id}"
    problems.append(Problem("warning", "gold-withdrawn", where, found, wanted, "no gold any more"))
