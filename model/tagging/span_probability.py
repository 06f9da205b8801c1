"""The probability, under a chain of tags, that a text has exactly this entity at this place.

Forward and backward scores (Rabiner 1989; for CRFs, Lafferty et al. 2001) over one text. A span is
B-X at its first word, I-X at the others, and has no I-X right after it. Therefore the probabilities of
different spans over the same words sum to at most 1, and so do the probabilities of all spans that cover
some words plus that of `NoEntity` there. Computed in float64, and never during training.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import torch
from torch import Tensor

from ...schema import LABELS, Span
from ..networks.crf import Crf
from ..networks.softmax import Softmax

NUMBERS = {label: number for number, label in enumerate(LABELS)}


@dataclass(frozen=True, slots=True, order=True)
class NoEntity:
    """The claim that no entity touches the words `[start, end)`."""

    start: int
    end: int


@torch.no_grad()
def span_probabilities(
    decoder: Crf | Softmax, emissions: Tensor, spans: Iterable[Span | NoEntity]
) -> list[float]:
    """Return the probability of each span, 0 to 1; 0 if it goes beyond the words.

    Args:
        decoder: the chain of tags.
        emissions: scores of one text, (words, 9).
        spans: spans, or places without an entity, in words.
    """
    words = len(emissions)
    wanted = list(spans)
    if words == 0 or not wanted:
        return [0.0] * len(wanted)
    steps = emissions.double()  # (words, n)
    start, transitions, end = decoder.chain_scores(steps.unsqueeze(0))
    before = [start + steps[0]]  # log of all paths that end in a tag here
    for step in steps[1:]:
        before.append(torch.logsumexp(before[-1].unsqueeze(1) + transitions, dim=0) + step)
    after = [end]  # log of all that may follow a tag here
    for step in steps[1:].flip(0):
        after.append(torch.logsumexp(transitions + step + after[-1], dim=1))
    after.reverse()
    total = torch.logsumexp(before[-1] + end, dim=0)

    def probability(span: Span | NoEntity) -> float:
        if span.end > words:
            return 0.0
        tag, inside = _first_and_inside(span)
        score = before[span.start][tag]
        for word in range(span.start + 1, span.end):
            score = score + transitions[tag, inside] + steps[word, inside]
            tag = inside
        if span.end == words:
            score = score + end[tag]
        else:
            follows = transitions[tag] + steps[span.end] + after[span.end]  # (n,)
            if isinstance(span, Span):  # it ends here
                follows[inside] = -torch.inf
            score = score + torch.logsumexp(follows, dim=0)
        return float((score - total).exp().clamp(max=1.0))

    return [probability(span) for span in wanted]


def _first_and_inside(span: Span | NoEntity) -> tuple[int, int]:
    """Return the number of the tag of the first word, and of the tag of the other words."""
    if isinstance(span, NoEntity):
        return NUMBERS["O"], NUMBERS["O"]
    return NUMBERS[f"B-{span.type}"], NUMBERS[f"I-{span.type}"]
