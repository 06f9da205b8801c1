"""A weight for each image of a tweet, between 0 and 1, learned from the image and the words together.

The paper names weighting its images as future work (Huang et al., MNER-MI, LREC-COLING 2024); how is
our own choice. The logarithm of the weight is added to what every word scores the image's prompt
with, in every layer: weight 1 is TPM-MI as it is, and an image of weight 0 is as good as masked.
"""

from __future__ import annotations

from typing import Final, cast

import torch
from torch import Tensor, nn

OPEN: Final = (
    2.0  # the score that weights begin around: 0.88, so that images are seen from the start
)


class ImageGate(nn.Module):
    """Additive attention (Bahdanau et al. 2015), with a sigmoid for each image in place of a softmax."""

    def __init__(self, *, image_width: int, word_width: int) -> None:
        super().__init__()
        self.of_image = nn.Linear(image_width, image_width)
        self.of_words = nn.Linear(word_width, image_width, bias=False)
        self.score = nn.Linear(image_width, 1)

    def forward(self, images: Tensor, words: Tensor) -> Tensor:
        """Logarithms of weights, (batch, images), all below 0.

        images: states of the temporal Transformer, (batch, images, width); words: (batch, word width).
        """
        mixed = torch.tanh(self.of_image(images) + self.of_words(words).unsqueeze(1))
        scores = cast(Tensor, self.score(mixed)).squeeze(2) + OPEN  # (batch, images)
        return nn.functional.logsigmoid(scores.float())


def mean_embedding(embedded: Tensor, mask: Tensor) -> Tensor:
    """The mean of embeddings, (batch, width), of (batch, subwords, width) where the mask is 1."""
    share = mask / mask.sum(1, keepdim=True).clamp(min=1)  # (batch, subwords)
    return (embedded * share.unsqueeze(2)).sum(1)
