"""Image prompts: one pseudo-word per image, which the words attend to in every layer of a text encoder.

Huang et al., MNER-MI, LREC-COLING 2024 (TPM-MI). `ImagePath` turns the image vectors of a tweet into
prompts, and `prompt_attention.py` lets the words attend to them. `inputs/picture_features.py` turns pictures
into vectors.
"""

from __future__ import annotations

from typing import cast

import torch
from torch import Tensor, nn

from .tpm_mi_config import TpmMiConfig


class Standardize(nn.Module):
    """Standardizes vectors by the mean and deviation of the training pictures.

    The vectors of a frozen encoder have a large common part, which hides how they differ. Until
    `fit` is called, vectors pass unchanged.
    """

    centre: Tensor  # (width,)
    spread: Tensor  # (width,)

    def __init__(self, width: int) -> None:
        super().__init__()
        self.register_buffer("centre", torch.zeros(width))
        self.register_buffer("spread", torch.ones(width))

    def fit(self, vectors: Tensor) -> None:
        """Take the mean and deviation of `vectors`, (pictures, width)."""
        self.centre.copy_(vectors.mean(0))
        self.spread.copy_(vectors.std(0, correction=0) + 1e-3)  # a constant feature stays near 0

    def forward(self, vectors: Tensor) -> Tensor:
        """Return (..., width) for (..., width)."""
        return (vectors - self.centre) / self.spread


class ImagePath(nn.Module):
    """The path from image vectors to prompts: C, U and P of the paper.

    V: image vectors, (batch, images, d_v). T: temporal positions, (slots, width).
    C = V + T, (batch, images, width). U = Transformer(C), (batch, images, width).
    P^l = W_p^l U: prompts of all layers, (batch, layers, images, text width).
    """

    def __init__(self, config: TpmMiConfig, *, layers: int, text_width: int) -> None:
        super().__init__()
        width = config.temporal_width or config.image_width
        self.layers = layers
        self.enter = (
            nn.Sequential(Standardize(config.image_width), nn.Linear(config.image_width, width))
            if config.temporal_width
            else nn.Identity()
        )
        self.position: nn.Parameter | None = None  # T, (slots, width)
        if config.use_position:
            self.position = nn.Parameter(torch.empty(config.max_images, width))
            nn.init.normal_(self.position, std=config.position_range)
        layer = nn.TransformerEncoderLayer(
            width,
            config.temporal_heads,
            dim_feedforward=config.temporal_ffn,
            dropout=config.attention_dropout,
            batch_first=True,
        )
        self.temporal = nn.TransformerEncoder(
            layer, config.temporal_layers, enable_nested_tensor=False
        )
        self.prompt = nn.Linear(width, layers * text_width)  # every W_p^l, stacked

    def fit(self, vectors: Tensor) -> None:
        """Standardize by the vectors of the training pictures, (pictures, d_v).

        Does nothing without a `temporal_width`, where the vectors are used as they are.
        """
        if isinstance(self.enter, nn.Sequential) and len(vectors):
            cast(Standardize, self.enter[0]).fit(vectors)

    def temporal_states(self, vectors: Tensor, image_mask: Tensor) -> Tensor:
        """Return U, (batch, images, width).

        Args:
            vectors: V, (batch, images, d_v).
            image_mask: (batch, images) bool, True where there is an image.
        """
        vectors = vectors.masked_fill(~image_mask.unsqueeze(2), 0.0)
        states = self.enter(vectors.to(self.prompt.weight.dtype))  # V, (batch, images, width)
        if self.position is not None:
            if len(self.position) < states.shape[1]:
                raise ValueError(f"{states.shape[1]} images; wanted at most {len(self.position)}")
            states = states + self.position[: states.shape[1]]  # C
        # a softmax over nothing is NaN: a row without images attends to one zero, which is masked later
        absent = ~image_mask
        absent[:, 0] &= image_mask.any(1)
        return cast(Tensor, self.temporal(states, src_key_padding_mask=absent))

    def prompts(self, states: Tensor) -> Tensor:
        """Return P, (batch, layers, images, text width), for U, (batch, images, width)."""
        prompts = cast(Tensor, self.prompt(states))  # (batch, images, layers x text width)
        return prompts.reshape(*states.shape[:2], self.layers, -1).transpose(1, 2)

    def forward(self, vectors: Tensor, image_mask: Tensor) -> Tensor:
        """Return P for V."""
        return self.prompts(self.temporal_states(vectors, image_mask))
