"""Image prompts: one pseudo-word per image, which the words attend to in every layer of a BERT encoder.

Huang et al., MNER-MI, LREC-COLING 2024 (TPM-MI: the temporal prompt of each encoder layer).
`ImagePath` turns the image vectors of a tweet into prompts, and `prompt_attention` lets the words
attend to them. The prompt P^l of an image is one vector of the text encoder's width. Its key and value in
layer l are that layer's own projections of it, and they come before the keys and values of the words.
A prompt has no query and no position and passes through no layer; the positions of the words do not
change.

Importing this module registers the attention with transformers as `ATTENTION_NAME`. It uses prompts
if the encoder's forward gets `prompts=` and `prompt_mask=`, and is plain attention otherwise.
`inputs/picture_features.py` turns pictures into vectors.
"""

from __future__ import annotations

from typing import Any, cast

import torch
from torch import Tensor, nn
from transformers import AttentionInterface, AttentionMaskInterface, PreTrainedModel
from transformers.masking_utils import sdpa_mask

from .tpm_mi_config import TpmMiConfig

ATTENTION_NAME = "mnerctl_image_prompts"


def prompt_attention(
    module: nn.Module,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attention_mask: Tensor | None,
    *,
    dropout: float = 0.0,
    scaling: float | None = None,
    prompts: Tensor | None = None,
    prompt_mask: Tensor | None = None,
    prompt_bias: Tensor | None = None,
    **_: Any,
) -> tuple[Tensor, None]:
    """Compute the attention of words to images and words.

    Args:
        module: the encoder's self-attention, with `key`, `value` and `layer_idx`.
        query: (batch, heads, words, head width).
        key: (batch, heads, words, head width).
        value: (batch, heads, words, head width).
        attention_mask: (batch, 1, words, words) bool, or None if nothing is padded.
        dropout: dropout of the attention weights.
        scaling: factor of the scores; None for 1 / sqrt(head width).
        prompts: (batch, layers, images, width).
        prompt_mask: (batch, images) bool, True where there is an image.
        prompt_bias: (batch, images), added to every score of an image; None for nothing.

    Returns:
        The mixed values, (batch, words, heads, head width), and no attention weights.
    """
    if prompts is not None and prompt_mask is not None:
        prompt_key, prompt_value = _project(module, prompts, like=key)
        key = torch.cat([prompt_key, key], dim=2)  # (batch, heads, images + words, head width)
        value = torch.cat([prompt_value, value], dim=2)
        attention_mask = _add_prompt_columns(attention_mask, prompt_mask, query=query)
        if prompt_bias is not None:
            attention_mask = _add_bias(attention_mask, prompt_bias, query=query)
    mixed = nn.functional.scaled_dot_product_attention(
        query, key, value, attn_mask=attention_mask, dropout_p=dropout, scale=scaling
    )  # (batch, heads, words, head width)
    return mixed.transpose(1, 2).contiguous(), None


def _project(module: nn.Module, prompts: Tensor, *, like: Tensor) -> tuple[Tensor, Tensor]:
    """Return keys and values of this layer's prompts, each (batch, heads, images, head width)."""
    batch, heads, _, head_width = like.shape
    layer: Any = module
    here = prompts[:, layer.layer_idx].to(layer.key.weight.dtype)  # (batch, images, width)
    shape = (batch, -1, heads, head_width)
    keys = layer.key(here).view(shape).transpose(1, 2).to(like.dtype)
    values = layer.value(here).view(shape).transpose(1, 2).to(like.dtype)
    return keys, values


def _add_prompt_columns(
    attention_mask: Tensor | None, prompt_mask: Tensor, *, query: Tensor
) -> Tensor:
    """Put a column for each image before the mask of words: (batch, 1, words, images + words)."""
    batch, _, words, _ = query.shape
    if attention_mask is None:
        attention_mask = prompt_mask.new_ones(batch, 1, words, words)
    images = prompt_mask[:, None, None, :].expand(-1, -1, words, -1)  # (batch, 1, words, images)
    return torch.cat([images, attention_mask], dim=3)


def _add_bias(visible: Tensor, prompt_bias: Tensor, *, query: Tensor) -> Tensor:
    """Turn a bool mask into one that is added to the scores: the bias, or -inf where it is False.

    Args:
        visible: (batch, 1, words, images + words) bool.
        prompt_bias: (batch, images).
        query: a tensor of the wanted dtype.
    """
    words = visible.shape[3] - prompt_bias.shape[1]
    bias = nn.functional.pad(prompt_bias.to(query.dtype), (0, words))  # (batch, images + words)
    return bias[:, None, None, :].masked_fill(~visible, -torch.inf)


def takes_prompts(model: PreTrainedModel) -> bool:
    """Return whether every layer of this encoder can use prompts, as in BERT, RoBERTa and ELECTRA."""
    layers = [
        module
        for module in model.modules()
        if all(hasattr(module, name) for name in ("query", "key", "value", "layer_idx"))
    ]
    return bool(layers) and len(layers) == int(model.config.num_hidden_layers)


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


AttentionInterface.register(ATTENTION_NAME, prompt_attention)
AttentionMaskInterface.register(ATTENTION_NAME, sdpa_mask)
