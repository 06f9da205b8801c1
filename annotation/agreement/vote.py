"""Combine several annotators' spans of a text into one set of spans, by a fixed rule.

- `agreed:3`: all three annotators mark the same spans, with equal offsets and types.
- `majority:2/3`: the spans that more than half of the annotators mark are kept; every span was kept or left
  out by at least 2 of 3 votes. Two such spans never overlap, because some annotator would have marked both.
- An annotator who skipped the post has a vote, but neither keeps a span nor leaves it out. So a post that
  somebody skipped is never agreed, and a majority needs more than half of all votes, the skips among them.
- There is no majority unless more than half leave unmarked each character that no kept span covers: the
  others see a name there.

This module does not read the corpus (`adjudicate.py`).
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


def vote(
    readings: Sequence[Sequence[Span]], *, majority: bool, skips: int = 0
) -> VoteResult | None:
    """Return what two or more annotators decide together, or None.

    Args:
        readings: the spans of each annotator who did the post.
        majority: also decide by more than half of the votes.
        skips: number of annotators who skipped the post.
    """
    done = len(readings)
    voters = done + skips
    votes = Counter(span for spans in readings for span in spans)
    if not skips and all(count == voters for count in votes.values()):
        return VoteResult(tuple(sorted(votes)), f"agreed:{voters}")
    if not majority or 2 * done <= voters:
        return None
    kept = majority_spans(readings, skips=skips)
    marked = Counter(
        at for spans in readings for span in spans for at in range(span.start, span.end)
    )
    covered = {at for span in kept for at in range(span.start, span.end)}
    if any(2 * (done - count) <= voters and at not in covered for at, count in marked.items()):
        return None
    narrowest = min((max(count, done - count) for count in votes.values()), default=done)
    return VoteResult(kept, f"majority:{narrowest}/{voters}")


def majority_spans(readings: Sequence[Sequence[Span]], *, skips: int) -> tuple[Span, ...]:
    """Return the spans that more than half of all annotators mark, sorted; they never overlap."""
    votes = Counter(span for spans in readings for span in spans)
    voters = len(readings) + skips
    return tuple(sorted(span for span, count in votes.items() if 2 * count > voters))


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
