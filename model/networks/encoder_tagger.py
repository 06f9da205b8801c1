"""A tagger that starts from pretrained encoders: it copies their weights and sets its own dropout.

A subclass decides how text and images are combined.
"""

from __future__ import annotations

from typing import Any, Self, cast

import torch
from torch import nn
from transformers import AutoModel, PretrainedConfig, PreTrainedModel
from transformers import initialization as init

from .crf import Crf
from .pooling import remove_pooler
from .tagger import Tagger


class EncoderTagger(Tagger):  # type: ignore[no-untyped-call]
    """A tagger with a text encoder and, optionally, an image encoder.

    Its configuration has `text`, `image_encoder`, `dropout`, `head_dropout`, `attention_dropout` and
    `initializer_range`, as `TpmMiConfig` has.
    """

    text: PreTrainedModel
    image_encoder: PreTrainedModel | None
    base_model_prefix = "text"
    encoders = ("text.", "image_encoder.")
    main_input_name = "input_ids"

    @classmethod
    def from_encoders(
        cls, text: PreTrainedModel, config: Any, *, image: PreTrainedModel | None = None
    ) -> Self:
        """Build a model with the weights of these encoders, copied, and fresh weights elsewhere.

        Args:
            text: the text encoder; `config.text` is set from it.
            config: the configuration; its dropout replaces the encoders' own.
            image: an image encoder to train as part of the model; `config.image_encoder` is set
                from it. None if images come as vectors.
        """
        config.text = _with_dropout(_portable_config(text), config)
        config.image_encoder = _portable_config(image) if image is not None else None
        model = cls(config)
        _copy_weights(text, model.text)
        if image is not None and model.image_encoder is not None:
            _copy_weights(image, model.image_encoder)
        return model

    @torch.no_grad()
    def _init_weights(self, module: nn.Module) -> None:
        """Draw the weights of a module that is not part of an encoder."""
        keeps = self.config.initializer_range is None  # the weights that torch has drawn
        if not (keeps and isinstance(module, nn.Linear | nn.MultiheadAttention)):
            super()._init_weights(module)  # type: ignore[no-untyped-call]
        if isinstance(module, Crf):
            for parameter in module.parameters():
                init.uniform_(parameter, -0.1, 0.1)


def head_dropout(config: Any) -> nn.Dropout:
    """Return the dropout before the linear layer that scores tags."""
    return nn.Dropout(config.dropout if config.head_dropout is None else config.head_dropout)


def build_encoder(config: PretrainedConfig, **options: Any) -> PreTrainedModel:
    """Return an encoder with fresh weights and without a BERT-like pooler."""
    model = AutoModel.from_config(config, **options)  # type: ignore[no-untyped-call]
    return remove_pooler(cast(PreTrainedModel, model))


def _copy_weights(source: PreTrainedModel, target: PreTrainedModel) -> None:
    """Copy the weights of an encoder into one that `build_encoder` has made."""
    weights = source.state_dict()
    target.load_state_dict({name: weights[name] for name in target.state_dict()})


def _with_dropout(settings: dict[str, Any], config: Any) -> dict[str, Any]:
    """Return the settings of a text encoder with our dropout, whatever its kind calls each of them."""
    ours = {
        name: config.attention_dropout if name.startswith("att") else config.dropout
        for name, value in settings.items()
        if "dropout" in name and isinstance(value, (int, float))
    }
    return settings | ours


def _portable_config(model: PreTrainedModel) -> dict[str, Any]:
    """Return the configuration of a model without the path it was loaded from."""
    return {key: value for key, value in model.config.to_dict().items() if key != "_name_or_path"}
