"""Attention of words to image prompts, in the layers of an encoder of transformers.

Huang et al., MNER-MI, LREC-COLING 2024 (TPM-MI: the temporal prompt of each encoder layer). The prompt P^l of
an image is one vector of the text encoder's width. Its key and value in layer l are that layer's own
projections of it, and they come before the keys and values of the words. A prompt has no query and no
position and passes through no layer; the positions of the words do not change. (Where positions are
rotations of keys, as in ModernBERT, a prompt's key is not rotated.) Layers that share their weights, as in
ALBERT, also share their prompt.

Importing this module registers the attention with transformers as `ATTENTION_NAME`. It uses prompts
if the encoder's forward gets `prompts=` and `prompt_mask=`, and is plain attention otherwise.
`image_prompts.py` makes prompts from images.
"""

from __future__ import annotations

from typing import Any, Final

import torch
from torch import Tensor, nn
from transformers import AttentionInterface, AttentionMaskInterface, PreTrainedModel
from transformers.masking_utils import sdpa_mask

from ...schema.errors import DataError

ATTENTION_NAME: Final = "mnerctl_image_prompts"
KEY_AND_VALUE: Final = (("key", "value"), ("k_lin", "v_lin"))
"""Names of the projections in the attention of BERT, RoBERTa, ELECTRA and ALBERT, and of DistilBERT."""
QUERY_KEY_VALUE: Final = "Wqkv"
"""Name of the projection in the attention of ModernBERT: all three in one."""


def number_prompts(model: PreTrainedModel) -> int:
    """Give each attention of an encoder the number of its prompt, in order.

    Returns:
        How many prompts an image needs; 0 if this encoder cannot take prompts.
    """
    if not model._supports_attention_backend:  # its attention is not that of `prompt_attention`
        return 0
    layers = [module for module in model.modules() if _has_projections(module)]
    for number, layer in enumerate(layers):
        layer.prompt_number = number  # type: ignore[assignment]
    return len(layers)


def refuse_without_prompts(model: PreTrainedModel) -> None:
    """Check that an encoder can take image prompts; its weights are not read.

    Raises:
        DataError: it cannot.
    """
    if not number_prompts(model):
        raise DataError(
            f"text encoder of type {model.config.model_type!r} cannot take image prompts",
            "train bert-crf or bert, which take any text encoder, or give one like BERT, RoBERTa,"
            " ELECTRA, DistilBERT, ALBERT or ModernBERT with --text-encoder",
        )


def _has_projections(module: nn.Module) -> bool:
    """Return whether a module is an attention whose projections of keys and values are known."""
    names = [*KEY_AND_VALUE, (QUERY_KEY_VALUE,)]
    return any(all(hasattr(module, name) for name in kind) for kind in names)


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
        module: the encoder's self-attention, numbered by `number_prompts`.
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
    here = prompts[:, layer.prompt_number]  # (batch, images, width)
    both = _keys_and_values(layer, here.to(next(layer.parameters()).dtype))
    shape = (batch, -1, heads, head_width)
    keys, values = (part.reshape(shape).transpose(1, 2).to(like.dtype) for part in both)
    return keys, values


def _keys_and_values(layer: Any, prompts: Tensor) -> tuple[Tensor, Tensor]:
    """Return the layer's own projections of (batch, images, width), each (batch, images, width)."""
    if hasattr(layer, QUERY_KEY_VALUE):
        _, keys, values = getattr(layer, QUERY_KEY_VALUE)(prompts).chunk(3, dim=2)
        return keys, values
    key, value = next(names for names in KEY_AND_VALUE if hasattr(layer, names[0]))
    return getattr(layer, key)(prompts), getattr(layer, value)(prompts)


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


AttentionInterface.register(ATTENTION_NAME, prompt_attention)
AttentionMaskInterface.register(ATTENTION_NAME, sdpa_mask)
