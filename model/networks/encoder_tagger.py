"""A tagger that begins with pretrained encoders: their weights are copied in, all dropout is its own.

What it makes of text and images is the affair of whoever derives from it.
"""

from __future__ import annotations

from typing import Any, Self, cast

from transformers import AutoModel, PretrainedConfig, PreTrainedModel

from .pooling import remove_pooler
from .tagger import Tagger


class EncoderTagger(Tagger):  # type: ignore[no-untyped-call]
    """Its configuration has `text`, `image_encoder`, `dropout` and `attention_dropout` (`TpmMiConfig`)."""

    text: PreTrainedModel
    image_encoder: PreTrainedModel | None
    base_model_prefix = "text"
    encoders = ("text.", "image_encoder.")
    main_input_name = "input_ids"

    @classmethod
    def from_encoders(
        cls, text: PreTrainedModel, config: Any, *, image: PreTrainedModel | None = None
    ) -> Self:
        """A model with the weights of these encoders, copied; the rest, and all dropout, is `config`'s.

        `config.text` and, where `image` is given to be trained too, `config.image_encoder` are set.
        """
        config.text = _portable(text) | {
            "hidden_dropout_prob": config.dropout,
            "attention_probs_dropout_prob": config.attention_dropout,
        }
        config.image_encoder = _portable(image) if image is not None else None
        model = cls(config)
        _copy_weights(text, model.text)
        if image is not None and model.image_encoder is not None:
            _copy_weights(image, model.image_encoder)
        return model


def build_encoder(config: PretrainedConfig, **options: Any) -> PreTrainedModel:
    """A fresh encoder, without a pooler over CLS."""
    model = AutoModel.from_config(config, **options)  # type: ignore[no-untyped-call]
    return remove_pooler(cast(PreTrainedModel, model))


def _copy_weights(source: PreTrainedModel, part: PreTrainedModel) -> None:
    """Puts the weights of an encoder into one built by `build_encoder`."""
    weights = source.state_dict()
    part.load_state_dict({name: weights[name] for name in part.state_dict()})


def _portable(model: PreTrainedModel) -> dict[str, Any]:
    """A model's configuration without the path it was loaded from."""
    return {key: value for key, value in model.config.to_dict().items() if key != "_name_or_path"}
