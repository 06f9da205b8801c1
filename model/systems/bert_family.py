"""How the BERT systems are built: a text encoder, image prompts if there are images, and a decoder.

The systems differ in options of `TpmMiConfig`. Each has a module of its own in `text/` or
`multi_image/`.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..inputs.encoder_names import check_text_encoder
from .preset import Preset
from .system import BuildInputs

if TYPE_CHECKING:  # importing a system loads no torch
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
    config = TpmMiConfig(
        dropout=preset.dropout, attention_dropout=preset.attention_dropout, **options
    )
    trained = image.model if image is not None and preset.train_image_encoder else None
    if trained is not None and not isinstance(trained, PreTrainedModel):
        raise ValueError(f"preset {preset.name}: only an encoder of transformers can be trained")
    model = TpmMi.from_encoders(text, config, image=trained)
    _fit_standardization(model, inputs)
    return BuiltSystem(model, SubwordReader(tokenizer, preset.max_subwords, inputs.pictures))


def adapt_text_only(preset: Preset) -> Preset:
    """Return the preset unchanged.

    Raises:
        DataError: its text encoder does not exist.
    """
    check_text_encoder(preset.text_encoder)
    return preset


def adapt_with_images(preset: Preset) -> Preset:
    """Return the preset, with dropout 0 in `quick`.

    Dropout keeps a training of few epochs from learning which image belongs to which name.

    Raises:
        DataError: its text encoder does not exist.
    """
    preset = adapt_text_only(preset)
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
