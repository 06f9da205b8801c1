"""A softmax over the tags of each word on its own: what stands in a CRF's place in the paper's BERT.

It takes and gives what `Crf` does. Its best path may break BIO: read strictly, an `I-` that continues
nothing belongs to no entity.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn


class Softmax(nn.Module):
    """Scores of tag paths in which no word knows of another. It has no parameters."""

    def negative_log_likelihood(self, emissions: Tensor, tags: Tensor, *, mask: Tensor) -> Tensor:
        """The loss of each sequence: (batch,), float32, summed over its words.

        emissions: (batch, words, n); tags: (batch, words) int; mask: (batch, words) bool.
        """
        tags = tags.masked_fill(~mask, 0)
        losses = nn.functional.cross_entropy(
            emissions.float().transpose(1, 2), tags, reduction="none"
        )  # (batch, words)
        return (losses * mask).sum(1)

    @torch.no_grad()
    def decode(self, emissions: Tensor, mask: Tensor) -> list[list[int]]:
        """The best tag of each word in its mask: a label index each."""
        best = emissions.argmax(2)
        return [row[words].tolist() for row, words in zip(best, mask.bool(), strict=True)]

    def chain_scores(self, emissions: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Start (n,), transitions (n, n) and end (n,) that make a chain of this: all 0."""
        count = emissions.shape[2]
        return (
            emissions.new_zeros(count),
            emissions.new_zeros(count, count),
            emissions.new_zeros(count),
        )
