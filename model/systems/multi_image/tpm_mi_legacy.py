"""TPM-MI as its published code behaves, defects included, for comparison (`networks/tpm_mi_legacy.py`)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ....schema import UsageError
from ..bert_family import fitted, fresh_options, is_small_bert, without_dropout
from ..preset import Preset
from ..system import BuildInputs, System

if TYPE_CHECKING:  # importing a system loads no torch
    from ...inputs.picture_features import Pictures
    from ...networks.tagger import BuiltSystem


def build(inputs: BuildInputs) -> BuiltSystem:
    """Build the system from the preset's encoders, with fresh weights elsewhere."""
    import torch
    from transformers import PreTrainedModel

    from ...inputs.pretrained import load_text_encoder
    from ...inputs.subword_reader import SubwordReader
    from ...networks.tagger import BuiltSystem
    from ...networks.tpm_mi_legacy import LegacyConfig, TpmMiLegacy

    preset, image = inputs.preset, inputs.image_encoder
    if image is None:
        raise ValueError("tpm-mi-legacy needs an image encoder")
    words = (word for record in inputs.train for word in record.text)
    tokenizer, text = load_text_encoder(preset.text_encoder, words=words, seed=inputs.seed)
    config = LegacyConfig(image_width=image.width, **fresh_options(preset))
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


def adapt(preset: Preset) -> Preset:
    """Return the preset as `tpm-mi` does. The images take the first positions of the text encoder.

    Raises:
        DataError: its text encoder cannot be used, or takes no keys and values from before the text.
    """
    if is_small_bert(preset):
        return without_dropout(preset)
    from ...inputs.pretrained import outline_text_encoder
    from ...networks.tpm_mi_legacy import LegacyConfig, refuse_without_past

    text = outline_text_encoder(preset.text_encoder)
    refuse_without_past(text)
    return without_dropout(fitted(preset, text, reserved=LegacyConfig().max_images))


def load(folder: Path, preset: Preset, pictures: Pictures | None) -> BuiltSystem:
    """Load a saved system; see `System.load`."""
    from ...inputs.model_folder import load_trained
    from ...inputs.subword_reader import SubwordReader
    from ...networks.tagger import BuiltSystem
    from ...networks.tpm_mi_legacy import TpmMiLegacy

    reader = SubwordReader.load(folder, max_subwords=preset.max_subwords, pictures=pictures)
    return BuiltSystem(load_trained(TpmMiLegacy, folder), reader)


SYSTEM = System(
    "tpm-mi-legacy",
    "text + images",
    build,
    load,
    adapt=adapt,
)
