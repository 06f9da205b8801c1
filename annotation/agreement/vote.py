"""Combine several annotators' spans of a text into one set of spans, by a fixed rule.

- `agreed:3`: all three annotators mark the same spans, with equal offsets and types.
- `majority:2/3`: the spans that more than half of the annotators mark are kept; every span was kept or left
  out by at least 2 of 3 votes. Two such spans never overlap, because some annotator would have marked both.
- There is no majority if at least half of the annotators mark a character that no kept span covers: they see
  a name there and disagree about which.

This module does not read the corpus and does not decide about skipped posts (`adjudicate.py`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from ...schema import Annotation, Span


@dataclass(frozen=True, slots=True)
class VoteResult:
    """The spans that were decided, and `how`: `agreed:N` or `majority:K/N`."""

    spans: tuple[Span, ...]
    how: str


def vote(readings: Sequence[Sequence[Span]], *, majority: bool) -> VoteResult | None:
    """Return what two or more annotators decide together, or None.

    Args:
        readings: the spans of each annotator.
        majority: also decide by more than half of the votes.
    """
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
    """Return for each span the positions of the images that annotators named as evidence for it.

    An image counts if more than half of the annotators name it, of those who marked the span and named any
    image. The result is () if no annotation has evidence.
    """
    if not any(annotation.evidence for annotation in annotations):
        return ()
    evidence = []
    for span in spans:
        named = [
            annotation.evidence[annotation.spans.index(span)]
            for annotation in annotations
            if annotation.evidence and span in annotation.spans
        ]
        named = [images for images in named if images]
        times = Counter(image for images in named for image in images)
        evidence.append(
            tuple(sorted(image for image, count in times.items() if 2 * count > len(named)))
        )
    return tuple(evidence)
