"""How several readings of a text become one, by a rule that is said beforehand.

`agreed:3`: all three mark the same spans (place and type). `majority:2/3`: the spans that more than half
mark; every span that anybody marks is kept or left out by at least 2 of 3 votes. Two such spans never
overlap, because somebody would have to have marked both. There is no majority where at least half mark a
character and no kept span covers it: they see a name there and disagree about which.
What it does not do: read the corpus, or decide about posts that somebody skipped.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from ...schema import Annotation, Span


@dataclass(frozen=True, slots=True)
class VoteResult:
    """The spans that were decided, and the way: `agreed:N` or `majority:K/N`."""

    spans: tuple[Span, ...]
    how: str


def vote(readings: Sequence[Sequence[Span]], *, majority: bool) -> VoteResult | None:
    """What two readings or more decide together, or None."""
    voters = len(readings)
    votes = Counter(span for spans in readings for span in spans)
    if all(count == voters for count in votes.values()):
        return VoteResult(tuple(sorted(votes)), f"agreed:{voters}")
    if not majority:
        return None
    kept = sorted(span for span, count in votes.items() if 2 * count > voters)
    marked = Counter(
        at for spans in readings for span in spans for at in range(span.start, span.end)
    )
    covered = {at for span in kept for at in range(span.start, span.end)}
    if any(2 * count >= voters and at not in covered for at, count in marked.items()):
        return None
    narrowest = min(max(count, voters - count) for count in votes.values())
    return VoteResult(tuple(kept), f"majority:{narrowest}/{voters}")


def evidence_for(
    spans: Sequence[Span], annotations: Sequence[Annotation]
) -> tuple[tuple[int, ...], ...]:
    """For each span the images that more than half of those named who marked it and named any image.

    () where nobody was asked or nobody named one.
    """
    if not any(annotation.evidence for annotation in annotations):
        return ()
    told = []
    for span in spans:
        named = [
            annotation.evidence[annotation.spans.index(span)]
            for annotation in annotations
            if annotation.evidence and span in annotation.spans
        ]
        named = [images for images in named if images]
        times = Counter(image for images in named for image in images)
        told.append(
            tuple(sorted(image for image, count in times.items() if 2 * count > len(named)))
        )
    return tuple(told)
