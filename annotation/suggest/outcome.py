"""Count what annotators did with suggested spans: kept, changed or deleted them.

The share of kept spans is an upper bound of the quality of the suggestions, because annotators tend to leave
what is there. This module does not compare annotators with each other (`agreement/agreement.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ...schema import Annotation, Span
from ...schema.release.agreement import Outcome
from .suggestion import Suggestion


def outcome(suggested: Sequence[Span], answered: Sequence[Span]) -> Outcome:
    """Return the outcome for one text.

    A suggested span is kept if the answer has the same span, and changed if a span of the answer overlaps it.
    Each span of the answer counts for one suggested span at most.
    """
    new = sorted(set(answered) - set(suggested))
    missing = sorted(set(suggested) - set(answered))
    changed = at = 0
    for span in missing:  # both lists are sorted, and neither has overlaps
        while at < len(new) and new[at].end <= span.start:
            at += 1
        if at < len(new) and new[at].start < span.end:
            changed += 1
            at += 1
    kept = len(set(suggested) & set(answered))
    return Outcome(
        kept=kept, changed=changed, deleted=len(missing) - changed, added=len(new) - changed
    )


def suggestion_outcomes(
    suggestions: Iterable[Suggestion], annotations: Iterable[Annotation]
) -> dict[str, Outcome]:
    """Return the outcomes by source, over all answers given after the post's suggestion was first shown."""
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
