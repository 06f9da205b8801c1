"""Judge a text encoder by its configuration and its tokenizer, before its weights or any picture are read.

Its outline is the real network on torch's meta device, where tensors have a shape and no content.
"""

from __future__ import annotations

from typing import Final

from torch import nn
from transformers import PreTrainedModel

from .model_folder import RefusedModel, load_outline, load_tokenizer

LEAST_POSITIONS: Final = 8


def outline_of(source: str) -> PreTrainedModel:
    """Return the outline of the text encoder of a folder or hub name.

    Raises:
        RefusedModel: it is no text encoder, or its files do not fit together.
    """
    model = load_outline(source)
    config = model.config
    if (
        config.is_encoder_decoder
        or model.main_input_name != "input_ids"
        or not isinstance(getattr(config, "hidden_size", None), int)
    ):
        raise RefusedModel(
            f"a model of type {config.model_type!r} does not turn subwords into one vector each;"
            " wanted a text encoder such as BERT"
        )
    tokens, vectors = len(load_tokenizer(source)), embeddings_of(model).num_embeddings
    if tokens > vectors:
        raise RefusedModel(
            f"its tokenizer has {tokens:,} subwords, and the encoder vectors for {vectors:,}"
        )
    most = most_subwords(model)
    if most is not None and most < LEAST_POSITIONS:
        raise RefusedModel(f"it has {most} positions; wanted at least {LEAST_POSITIONS}")
    return model


def embeddings_of(model: PreTrainedModel) -> nn.Embedding:
    """Return the vectors of the subwords."""
    found = model.get_input_embeddings()
    if not isinstance(found, nn.Embedding):
        raise RefusedModel(
            f"a model of type {model.config.model_type!r} has no vectors of subwords"
        )
    return found


def most_subwords(model: PreTrainedModel) -> int | None:
    """Return how many subwords of a text the encoder has positions for, None for any number.

    Encoders like RoBERTa count positions from the number after that of padding.
    """
    for name, module in model.named_modules():
        if name.endswith("position_embeddings") and isinstance(module, nn.Embedding):
            unused = 0 if module.padding_idx is None else module.padding_idx + 1
            return module.num_embeddings - unused
    limit = getattr(model.config, "max_position_embeddings", None)
    return limit if isinstance(limit, int) and limit > 0 else None
