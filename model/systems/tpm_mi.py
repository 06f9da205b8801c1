"""TPM-MI as the paper writes it: all images of a tweet, related to each other, as prompts for BERT-CRF."""

from __future__ import annotations

from transformers import PreTrainedModel

from ..config import TpmMiConfig
from ..encoders import ImageEncoder
from ..preset import Preset
from ..tpm_mi import TpmMi
from .system import System


def _build(text: PreTrainedModel, image: ImageEncoder | None, preset: Preset) -> TpmMi:
    if image is None:
        raise ValueError("tpm-mi needs an image encoder")
    config = TpmMiConfig(
        image_width=image.width,
        temporal_width=preset.temporal_width,
        dropout=preset.dropout,
        attention_dropout=preset.attention_dropout,
    )
    trained = image.model if preset.train_image_encoder else None
    if trained is not None and not isinstance(trained, PreTrainedModel):
        raise ValueError(f"preset {preset.name}: wanted an image encoder of transformers to train")
    return TpmMi.from_encoders(text, config, image=trained)


SYSTEM = System("tpm-mi", "the paper's: text with all images in order", True, _build)
