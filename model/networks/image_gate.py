"""A learned weight between 0 and 1 for each image of a tweet, from the image and the words together.

Huang et al. (MNER-MI, LREC-COLING 2024) name weighting the images as future work; the method here
is this project's own. In every layer, the logarithm of the weight is added to the attention score
that each word gives the prompt of the image. Weight 1 leaves TPM-MI unchanged, and weight 0 has the
effect of a mask.
"""

from __future__ import annotations

from typing import Final, cast

import torch
from torch import Tensor, nn

INITIAL_SCORE: Final = 2.0  # a weight of 0.88, so that images are used from the first step


class ImageGate(nn.Module):
    """Additive attention (Bahdanau et al. 2015) with a sigmoid for each image instead of a softmax."""

    def __init__(self, *, image_width: int, word_width: int) -> None:
        super().__init__()
        self.of_image = nn.Linear(image_width, image_width)
        self.of_words = nn.Linear(word_width, image_width, bias=False)
        self.score = nn.Linear(image_width, 1)

    def forward(self, images: Tensor, words: Tensor) -> Tensor:
        """Return the logarithms of the weights, (batch, images), all below 0.

        Args:
            images: states of the temporal Transformer, (batch, images, width).
            words: one vector for the text, (batch, word width).
        """
        mixed = torch.tanh(self.of_image(images) + self.of_words(words).unsqueeze(1))
        scores = cast(Tensor, self.score(mixed)).squeeze(2) + INITIAL_SCORE  # (batch, images)
        return nn.functional.logsigmoid(scores.float())


def mean_embedding(embedded: Tensor, mask: Tensor) -> Tensor:
    """Return the mean of the embeddings where the mask is 1: (batch, width).

    Args:
        embedded: (batch, subwords, width).
        mask: (batch, subwords).
    """
    share = mask / mask.sum(1, keepdim=True).clamp(min=1)  # (batch, subwords)
    return (embedded * share.unsqueeze(2)).sum(1)
