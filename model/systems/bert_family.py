"""How the BERT systems are built: a text encoder, image prompts if there are images, and a decoder.

The systems differ in options of `TpmMiConfig`. Each has a module of its own in `text/` or
`multi_image/`.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...schema import UsageError
from ..inputs.encoder_names import OFFLINE, SMOKE, check_text_encoder
from .preset import Preset
from .system import BuildInputs

if TYPE_CHECKING:  # importing a system loads no torch
    from transformers import PreTrainedModel

    from ..inputs.picture_features import Pictures
    from ..networks.tagger import BuiltSystem
    from ..networks.tpm_mi import TpmMi


def build(inputs: BuildInputs, **options: Any) -> BuiltSystem:
    """Build a system from the preset's encoders, with fresh weights elsewhere.

    Args:
        inputs: see `BuildInputs`.
        options: options of `TpmMiConfig`.
    """
    from transformers import PreTrainedModel

    from ..inputs.pretrained import load_text_encoder
    from ..inputs.subword_reader import SubwordReader
    from ..networks.tagger import BuiltSystem
    from ..networks.tpm_mi import TpmMi
    from ..networks.tpm_mi_config import TpmMiConfig

    preset, image = inputs.preset, inputs.image_encoder
    words = (word for record in inputs.train for word in record.text)
    tokenizer, text = load_text_encoder(preset.text_encoder, words=words, seed=inputs.seed)
    if image is None:
        options |= {"use_images": False}
    else:
        options = {
            "image_width": image.width,
            "temporal_width": preset.temporal_width,
            **options,
        }
    config = TpmMiConfig(**fresh_options(preset), **options)
    trained = image.model if image is not None and preset.train_image_encoder else None
    if trained is not None and not isinstance(trained, PreTrainedModel):
        raise UsageError(
            f"train_image_encoder: image encoder {preset.image_encoder!r} cannot be trained; wanted one of"
            " transformers",
            "give --image-encoder PATH, or leave train_image_encoder out",
        )
    model = TpmMi.from_encoders(text, config, image=trained)
    _fit_standardization(model, inputs)
    return BuiltSystem(model, SubwordReader(tokenizer, preset.max_subwords, inputs.pictures))


def fresh_options(preset: Preset) -> dict[str, Any]:
    """Return the options of a configuration that the preset decides: dropout and initial weights."""
    return {
        "dropout": preset.dropout,
        "head_dropout": preset.head_dropout,
        "attention_dropout": preset.attention_dropout,
        "initializer_range": preset.initializer_range,
    }


def adapt_text_only(preset: Preset) -> Preset:
    """Return the preset, with no more subwords than its text encoder has positions for.

    Raises:
        DataError: its text encoder cannot be used.
    """
    if is_small_bert(preset):
        return preset
    from ..inputs.pretrained import outline_text_encoder

    return fitted(preset, outline_text_encoder(preset.text_encoder))


def adapt_with_images(preset: Preset) -> Preset:
    """Return the preset as `adapt_text_only` does, with dropout 0 in `quick`.

    Dropout keeps a training of few epochs from learning which image belongs to which name.

    Raises:
        DataError: its text encoder cannot be used, or cannot take image prompts.
    """
    if is_small_bert(preset):
        return without_dropout(preset)
    from ..inputs.pretrained import outline_text_encoder
    from ..networks.prompt_attention import refuse_without_prompts

    text = outline_text_encoder(preset.text_encoder)
    refuse_without_prompts(text)
    return without_dropout(fitted(preset, text))


def is_small_bert(preset: Preset) -> bool:
    """Return whether the text encoder is one of our small BERTs, which fit every preset and system.

    Raises:
        DataError: there is no text encoder of the name; nothing of torch is loaded for this.
    """
    check_text_encoder(preset.text_encoder)
    return preset.text_encoder in (OFFLINE, SMOKE)


def fitted(preset: Preset, text: PreTrainedModel, *, reserved: int = 0) -> Preset:
    """Return the preset, with no more subwords than a text encoder has positions for.

    Args:
        preset: the settings.
        text: the text encoder; its weights are not needed.
        reserved: positions that subwords do not get.
    """
    from ..inputs.text_outline import most_subwords

    most = most_subwords(text)
    if most is None or preset.max_subwords <= most - reserved:
        return preset
    return replace(preset, max_subwords=most - reserved)


def without_dropout(preset: Preset) -> Preset:
    """Return the preset, with dropout 0 in `quick`."""
    return replace(preset, dropout=0.0) if preset.name == "quick" else preset


def load(folder: Path, preset: Preset, pictures: Pictures | None) -> BuiltSystem:
    """Load a saved system; see `System.load`."""
    from ..inputs.model_folder import load_trained
    from ..inputs.subword_reader import SubwordReader
    from ..networks.tagger import BuiltSystem
    from ..networks.tpm_mi import TpmMi

    reader = SubwordReader.load(folder, max_subwords=preset.max_subwords, pictures=pictures)
    return BuiltSystem(load_trained(TpmMi, folder), reader)


def _fit_standardization(model: TpmMi, inputs: BuildInputs) -> None:
    """Fit the standardization of image vectors to the pictures of the training records only."""
    from ..inputs.picture_features import Vectors

    pictures = inputs.pictures
    if model.image_path is None or not isinstance(pictures, Vectors):
        return
    names = {name for record in inputs.train for name in record.images}
    rows = sorted(pictures.rows[name] for name in names & pictures.rows.keys())
    model.image_path.fit(pictures.matrix[rows].float())
