"""Make gold of what annotators agree on, by rule, and find the posts that an adjudicator has to decide.

For each person the latest round counts, on the post's present text. Gold made by a rule is made again at each
run, and withdrawn when its reason is gone. Gold that a person decided stays as it is until somebody answers
otherwise in a later round: then only a person decides again. The corpus remembers the rule. This module does
not count votes (`vote.py`) and does not show posts to the adjudicator (`push/review.py`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from ...schema import Annotation, Corpus, Gold, Post, Problem, Span
from ...schema.corpus.people import People, latest_annotations
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
"""The result for an annotated post:

agreed, majority: decided by vote, see `vote.py`; a post that somebody skipped is never agreed.
single: decided by the one annotator to whom it was assigned. A later round that assigns it to others changes
    nothing until they answer.
adjudicated: decided by a person.
undecided: for the adjudicator.
waiting: done by one annotator, and others may follow.
skipped: skipped by all.
outdated: no annotation is of its present text.
not_kept: no longer kept in the corpus.
"""
SINGLE: Final = "annotator:"
"""Prefix of `Gold.how` if one annotator alone decided the gold."""
BY_RULE: Final = ("agreed", "majority", SINGLE.rstrip(":"))
"""The part of `Gold.how` before the colon, for gold that a rule decided."""


@dataclass(frozen=True, slots=True)
class Dispute:
    """A post on which annotators differ, with the annotation of each."""

    post: Post
    annotations: tuple[Annotation, ...]

    @property
    def round(self) -> int:
        """The latest round in which somebody answered."""
        return max((one.round for one in self.annotations), default=1)


@dataclass(frozen=True, slots=True)
class AdjudicationResult:
    """The result of a run.

    majority: whether the rule decides by majority.
    was_majority: the rule of the last run, or None at the first.
    status_counts: number of annotated posts with each status; the sum is all of them.
    disputes: the undecided posts.
    problems: rows about gold that was withdrawn, or kept against the rule.
    """

    majority: bool
    was_majority: bool | None
    status_counts: dict[AdjudicationStatus, int]
    disputes: tuple[Dispute, ...]
    problems: tuple[Problem, ...]


def adjudicate(corpus: Corpus, *, majority: bool | None = None) -> AdjudicationResult:
    """Store and withdraw gold by the rule.

    Args:
        majority: also decide by the spans that more than half of the annotators mark. None means as in the
            last run; at the first, not.
    """
    rounds = Rounds.of(corpus)
    people = People.of(corpus)
    assigned = {post: people.person(name) for post, name in rounds.sole_annotators().items()}
    status_counts: Counter[AdjudicationStatus] = Counter()
    disputes: list[Dispute] = []
    problems: list[Problem] = []
    annotated: set[str] = set()
    with corpus.transaction():
        was_majority = rounds.majority()
        if was_majority is None and any(_is_by_majority(gold) for gold in corpus.gold()):
            was_majority = True  # an earlier version did not write down the rule
        majority = bool(was_majority) if majority is None else majority
        rounds.put_majority(majority=majority)
        kept = {row.post_id for row in corpus.with_fate("kept")}
        reopened = rounds.reopened()
        for post_id, latest in list(latest_annotations(corpus)):
            annotated.add(post_id)
            post = corpus.post(post_id) if post_id in kept else None
            if post is None:
                status_counts["not_kept"] += 1
                continue
            current = [one for one in latest if one.text == post.text]
            if _reopen(corpus, rounds, post, current, problems):
                reopened.add(post_id)
            single = _single_annotator(corpus.gold_of(post_id), people) or assigned.get(post_id)
            status, gold = apply_rule(post, current, majority=majority, single=single)
            if post_id in reopened:
                status, gold = "undecided", None
            status = _update_gold(corpus, post, status, gold, problems)
            status_counts[status] += 1
            if status == "undecided":
                disputes.append(Dispute(post, tuple(current)))
            elif status == "majority" and any(one.status == "skipped" for one in current):
                problems.append(_outvoted(post, current))
        for gold in list(corpus.gold()):
            if gold.post_id not in annotated and _is_by_rule(gold):
                _withdraw(corpus, gold, "its annotations are gone", problems)
    return AdjudicationResult(
        majority, was_majority, dict(status_counts), tuple(disputes), tuple(problems)
    )


def _reopen(
    corpus: Corpus,
    rounds: Rounds,
    post: Post,
    current: Sequence[Annotation],
    problems: list[Problem],
) -> bool:
    """Withdraw a person's decision if somebody answered otherwise in a later round; return whether so."""
    gold = corpus.gold_of(post.id)
    if gold is None or _is_by_rule(gold) or gold.text != post.text:
        return False
    others = [
        one
        for one in current
        if one.round > gold.round and (one.status == "skipped" or one.spans != gold.spans)
    ]
    if not others:
        return False
    rounds.reopen(post.id)
    corpus.drop_gold(post.id)
    names = " and ".join(one.annotator for one in others)
    found = (
        f"{gold.how}, but {names} answered otherwise in round {max(one.round for one in others)}"
    )
    wanted, detail = "a decision that later rounds confirm", "gold withdrawn; decide it again"
    problems.append(
        Problem("warning", "decision-reopened", f"post {post.id}", found, wanted, detail)
    )
    return True


def _outvoted(post: Post, current: Sequence[Annotation]) -> Problem:
    names = " and ".join(one.annotator for one in current if one.status == "skipped")
    found, wanted = f"skipped by {names}", "an answer of everybody"
    return Problem("note", "skip-outvoted", f"post {post.id}", found, wanted, "gold by majority")


def apply_rule(
    post: Post, annotations: Sequence[Annotation], *, majority: bool, single: str | None
) -> tuple[AdjudicationStatus, Gold | None]:
    """Return the status of a post by the rule, and its gold if the rule makes any.

    Args:
        annotations: each annotator's annotation of its present text.
        single: the only annotator to whom the post was assigned, or by whom it is gold, if there is one.
    """
    done = [one for one in annotations if one.status == "done"]
    skips = len(annotations) - len(done)
    if not annotations:
        return "outdated", None
    if not done:
        return "skipped", None
    if len(annotations) == 1:
        if done[0].annotator != single:
            return "waiting", None
        return "single", _gold(post, done[0].spans, SINGLE + done[0].annotator, done[0].evidence)
    decided = vote([one.spans for one in done], majority=majority, skips=skips)
    if decided is None:
        return "undecided", None
    gold = _gold(post, decided.spans, decided.how, evidence_for(decided.spans, done))
    return "agreed" if decided.how.startswith("agreed") else "majority", gold


def _single_annotator(gold: Gold | None, people: People) -> str | None:
    """Return the annotator who alone has made the gold of a post, or None."""
    is_single = gold is not None and gold.how.startswith(SINGLE)
    return people.person(gold.how.removeprefix(SINGLE)) if gold and is_single else None


def _gold(
    post: Post, spans: tuple[Span, ...], how: str, evidence: tuple[tuple[int, ...], ...]
) -> Gold:
    return Gold(post_id=post.id, text=post.text, spans=spans, how=how, evidence=evidence)


def _update_gold(
    corpus: Corpus,
    post: Post,
    status: AdjudicationStatus,
    gold: Gold | None,
    problems: list[Problem],
) -> AdjudicationStatus:
    """Store or withdraw the gold of a post by the rule, and keep what a person decided; return its status."""
    before = corpus.gold_of(post.id)
    if before and not _is_by_rule(before):
        if before.text == post.text:
            if gold and gold.spans != before.spans:
                found = f"other spans by rule ({gold.how})"
                wanted = f"the spans of {before.how}, which stay"
                problems.append(Problem("note", "gold-kept", f"post {post.id}", found, wanted))
            return "adjudicated"
        _withdraw(corpus, before, "the post's text has changed since", problems)
    elif before and gold is None:
        _withdraw(corpus, before, f"the post is {status} now", problems)
    if gold and gold != before:
        corpus.put_gold(gold)
    return status


def _is_by_rule(gold: Gold) -> bool:
    return gold.how.partition(":")[0] in BY_RULE


def _is_by_majority(gold: Gold) -> bool:
    return gold.how.startswith("majority:")


def _withdraw(corpus: Corpus, gold: Gold, why: str, problems: list[Problem]) -> None:
    corpus.drop_gold(gold.post_id)
    found, wanted = f"{gold.how}, but {why}", "gold whose reason still holds"
    where = f"post {gold.post_id}"
    problems.append(Problem("warning", "gold-withdrawn", where, found, wanted, "gold withdrawn"))
