"""A softmax over the tags of each word alone: it takes the place of the CRF in the paper's BERT system.

It has the same methods as `Crf`. Its best path may break BIO; an `I-` tag that continues nothing is
then read as part of no entity.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn


class Softmax(nn.Module):
    """Scores of tag paths in which the words are independent. It has no parameters.

    In the shapes below, `n` is the number of labels.
    """

    def negative_log_likelihood(self, emissions: Tensor, tags: Tensor, *, mask: Tensor) -> Tensor:
        """Return the loss of each sequence, summed over its words: (batch,), in float32.

        Args:
            emissions: (batch, words, n).
            tags: (batch, words) int; values outside the mask are not read.
            mask: (batch, words) bool.
        """
        tags = tags.masked_fill(~mask, 0)
        losses = nn.functional.cross_entropy(
            emissions.float().transpose(1, 2), tags, reduction="none"
        )  # (batch, words)
        return (losses * mask).sum(1)

    @torch.no_grad()
    def decode(self, emissions: Tensor, mask: Tensor) -> list[list[int]]:
        """Return the best tag of each word in its mask, as label indexes."""
        best = emissions.argmax(2)
        return [row[words].tolist() for row, words in zip(best, mask.bool(), strict=True)]

    def chain_scores(self, emissions: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return start (n,), transitions (n, n) and end (n,) of the equivalent chain: all 0."""
        count = emissions.shape[2]
        return (
            emissions.new_zeros(count),
            emissions.new_zeros(count, count),
            emissions.new_zeros(count),
        )
