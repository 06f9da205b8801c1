"""The probability, under a chain of tags, that a text has exactly this entity at this place.

Forward and backward scores (Rabiner 1989; for CRFs, Lafferty et al. 2001) over all texts of a batch. A span
is B-X at its first word, I-X at the others, and has no I-X right after it. Therefore the probabilities of
different spans over the same words sum to at most 1, and so do the probabilities of all spans that cover
some words plus that of `NoEntity` there. Computed in float64, and never during training.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ...schema import LABELS, Span
from ..networks.crf import Crf
from ..networks.softmax import Softmax

NUMBERS = {label: number for number, label in enumerate(LABELS)}
Scores = NDArray[np.float64]


@dataclass(frozen=True, slots=True, order=True)
class NoEntity:
    """The claim that no entity touches the words `[start, end)`."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Chain:
    """The scores of one text of `words` words; n is the number of tags.

    Attributes:
        steps: (words, n), the scores of each word.
        before: (words, n), log of the sum of all paths that end in a tag at a word.
        after: (words, n), log of the sum of all that may follow a tag at a word.
        transitions: (n, n), from x to.
        end: (n,).
        total: log of the sum of all paths.
    """

    steps: Scores
    before: Scores
    after: Scores
    transitions: Scores
    end: Scores
    total: float

    def probability(self, span: Span | NoEntity) -> float:
        """Return the probability of a span, 0 to 1; 0 if it goes beyond the words."""
        words = len(self.steps)
        if span.end > words:
            return 0.0
        tag, inside = _first_and_inside(span)
        score = self.before[span.start, tag]
        for word in range(span.start + 1, span.end):
            score += self.transitions[tag, inside] + self.steps[word, inside]
            tag = inside
        if span.end == words:
            score += self.end[tag]
        else:
            follows = self.transitions[tag] + self.steps[span.end] + self.after[span.end]  # (n,)
            if isinstance(span, Span):  # it ends here
                follows[inside] = -np.inf
            score += np.logaddexp.reduce(follows)
        return min(1.0, float(np.exp(score - self.total)))


def span_probabilities(
    decoder: Crf | Softmax,
    emissions: Tensor,
    words: Sequence[int],
    spans: Sequence[Iterable[Span | NoEntity]],
) -> list[list[float]]:
    """Return the probability of each span of each text, 0 to 1; 0 if it goes beyond the words.

    Args:
        decoder: the chain of tags.
        emissions: scores of the texts, (batch, longest, 9), on the CPU; not read beyond the words of a text.
        words: the number of words of each text.
        spans: for each text, spans or places without an entity, in words.
    """
    chains = _chains(decoder, emissions, words)
    return [
        [chain.probability(span) if chain else 0.0 for span in wanted]
        for chain, wanted in zip(chains, spans, strict=True)
    ]


@torch.no_grad()
def _chains(decoder: Crf | Softmax, emissions: Tensor, words: Sequence[int]) -> list[_Chain | None]:
    """Return the chain of each text; None for a text without words."""
    if not any(words):
        return [None] * len(words)
    steps = emissions.double()  # (batch, longest, n)
    start, transitions, end = decoder.chain_scores(steps)
    last = torch.tensor(words).sub(1).unsqueeze(1)  # (batch, 1)
    before = [start + steps[:, 0]]  # (batch, n) each
    for step in steps.unbind(1)[1:]:
        before.append(torch.logsumexp(before[-1].unsqueeze(2) + transitions, dim=1) + step)
    after = [end.expand_as(before[0])]
    for position in range(steps.shape[1] - 1, 0, -1):
        follows = (steps[:, position] + after[-1]).unsqueeze(1) + transitions  # (batch, n, n)
        after.append(torch.where(position <= last, torch.logsumexp(follows, dim=2), end))
    after.reverse()
    arrays = (steps, torch.stack(before, 1), torch.stack(after, 1))
    texts = zip(words, *(array.numpy() for array in arrays), strict=True)
    moves, ends = transitions.detach().numpy(), end.detach().numpy()
    return [
        _Chain(
            scores[:count],
            forward[:count],
            backward[:count],
            moves,
            ends,
            float(np.logaddexp.reduce(forward[count - 1] + ends)),
        )
        if count
        else None
        for count, scores, forward, backward in texts
    ]


def _first_and_inside(span: Span | NoEntity) -> tuple[int, int]:
    """Return the number of the tag of the first word, and of the tag of the other words."""
    if isinstance(span, NoEntity):
        return NUMBERS["O"], NUMBERS["O"]
    return NUMBERS[f"B-{span.type}"], NUMBERS[f"I-{span.type}"]
