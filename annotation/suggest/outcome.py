"""What people did with what was suggested to them: kept, changed or deleted it.

Its share of kept spans is an upper bound of how good the suggestions are: people tend to leave what is there.
What it does not do: compare people with each other (`agreement/agreement.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ...schema import Annotation, Span
from ...schema.release.agreement import Outcome
from .suggestion import Suggestion


def outcome(suggested: Sequence[Span], said: Sequence[Span]) -> Outcome:
    """For one text. A suggestion that was not kept is changed where a span of the answer shares text with
    it; each span of the answer stands for one suggestion at most.
    """
    left = sorted(set(said) - set(suggested))
    gone = sorted(set(suggested) - set(said))
    changed = at = 0
    for span in gone:  # both are in the order of the text and overlap nothing of their own
        while at < len(left) and left[at].end <= span.start:
            at += 1
        if at < len(left) and left[at].start < span.end:
            changed += 1
            at += 1
    kept = len(set(suggested) & set(said))
    return Outcome(
        kept=kept, changed=changed, deleted=len(gone) - changed, added=len(left) - changed
    )


def suggestion_outcomes(
    suggestions: Iterable[Suggestion], annotations: Iterable[Annotation]
) -> dict[str, Outcome]:
    """By source, over all finished answers that were given after the post's suggestion was shown."""
    answers: dict[str, list[Annotation]] = {}
    for annotation in annotations:
        if annotation.status == "done":
            answers.setdefault(annotation.post_id, []).append(annotation)
    sums: dict[str, Outcome] = {}
    for one in suggestions:
        for answer in answers.get(one.post_id, ()):
            if one.at and answer.at and answer.at > one.at:
                sums[one.source] = sums.get(one.source, Outcome()) + outcome(
                    one.spans, answer.spans
                )
    return sums
