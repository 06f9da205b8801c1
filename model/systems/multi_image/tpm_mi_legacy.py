"""TPM-MI as its published code behaves, defects included, for comparison (`networks/tpm_mi_legacy.py`)."""

from __future__ import annotations

from pathlib import Path

import torch
from transformers import PreTrainedModel

from ....schema import UsageError
from ...inputs.model_folder import load_trained
from ...inputs.picture_features import Pictures
from ...inputs.pretrained import load_text_encoder
from ...inputs.subword_reader import SubwordReader
from ...networks.tagger import BuiltSystem
from ...networks.tpm_mi_legacy import LegacyConfig, TpmMiLegacy
from ..bert_family import adapt_with_images
from ..preset import Preset
from ..system import BuildInputs, System


def build(inputs: BuildInputs) -> BuiltSystem:
    """Build the system from the preset's encoders, with fresh weights elsewhere."""
    preset, image = inputs.preset, inputs.image_encoder
    if image is None:
        raise ValueError("tpm-mi-legacy needs an image encoder")
    words = (word for record in inputs.train for word in record.text)
    tokenizer, text = load_text_encoder(preset.text_encoder, words=words, seed=inputs.seed)
    config = LegacyConfig(
        image_width=image.width, dropout=preset.dropout, attention_dropout=preset.attention_dropout
    )
    trained = image.model if preset.train_image_encoder else None
    if trained is not None and not isinstance(trained, PreTrainedModel):
        raise UsageError(
            f"train_image_encoder: image encoder {preset.image_encoder!r} cannot be trained; wanted one of"
            " transformers",
            "give --image-encoder PATH, or leave train_image_encoder out",
        )
    model = TpmMiLegacy.from_encoders(text, config, image=trained)
    blank = torch.zeros(1, 3, image.size, image.size)
    model.blank.copy_(image.encode(blank)[0])
    return BuiltSystem(model, SubwordReader(tokenizer, preset.max_subwords, inputs.pictures))


def load(folder: Path, preset: Preset, pictures: Pictures | None) -> BuiltSystem:
    """Load a saved system; see `System.load`."""
    reader = SubwordReader.load(folder, max_subwords=preset.max_subwords, pictures=pictures)
    return BuiltSystem(load_trained(TpmMiLegacy, folder), reader)


SYSTEM = System(
    "tpm-mi-legacy",
    "text + images",
    build,
    load,
    adapt=adapt_with_images,
)
