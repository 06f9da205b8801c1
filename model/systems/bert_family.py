"""What the BERT systems share: a text encoder, image prompts where there are images, and a decoder.

They differ by options of `TpmMiConfig`; each is named in its own file.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from transformers import PreTrainedModel

from ..inputs.picture_features import Pictures, Vectors
from ..inputs.pretrained import check_text_encoder, load_text_encoder
from ..inputs.subword_reader import SubwordReader
from ..networks.tagger import BuiltSystem
from ..networks.tpm_mi import TpmMi
from ..networks.tpm_mi_config import TpmMiConfig
from .preset import Preset
from .system import BuildInputs


def build(material: BuildInputs, **options: Any) -> BuiltSystem:
    """The preset's encoders with fresh weights for the rest. options: of `TpmMiConfig`."""
    preset, image = material.preset, material.image_encoder
    words = (word for record in material.train for word in record.text)
    tokenizer, text = load_text_encoder(preset.text_encoder, words=words, seed=material.seed)
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
        raise ValueError(f"preset {preset.name}: wanted an image encoder of transformers to train")
    model = TpmMi.from_encoders(text, config, image=trained)
    _standardise(model, material)
    return BuiltSystem(model, SubwordReader(tokenizer, preset.max_subwords, material.pictures))


def adapt_text_only(preset: Preset) -> Preset:
    """The preset as it is. Raises DataError where there is no text encoder of its name."""
    check_text_encoder(preset.text_encoder)
    return preset


def adapt_with_images(preset: Preset) -> Preset:
    """`quick` without dropout: in a few epochs that hides which image belongs to which name."""
    return (
        replace(adapt_text_only(preset), dropout=0.0)
        if preset.name == "quick"
        else adapt_text_only(preset)
    )


def load(folder: Path, preset: Preset, pictures: Pictures | None) -> BuiltSystem:
    """As saved in `folder`."""
    reader = SubwordReader.load(folder, max_subwords=preset.max_subwords, pictures=pictures)
    return BuiltSystem(TpmMi.from_pretrained(folder), reader)


def _standardise(model: TpmMi, material: BuildInputs) -> None:
    """By the training pictures alone."""
    pictures = material.pictures
    if model.image_path is None or not isinstance(pictures, Vectors):
        return
    names = {name for record in material.train for name in record.images}
    rows = sorted(pictures.rows[name] for name in names & pictures.rows.keys())
    model.image_path.fit(pictures.matrix[rows].float())
