"""BERT-CRF: the text encoder, a linear layer and a CRF; the paper's text-only baseline."""

from __future__ import annotations

from transformers import PreTrainedModel

from ..config import TpmMiConfig
from ..encoders import ImageEncoder
from ..preset import Preset
from ..tpm_mi import TpmMi
from .system import System


def _build(text: PreTrainedModel, image: ImageEncoder | None, preset: Preset) -> TpmMi:
    config = TpmMiConfig(
        use_images=False, dropout=preset.dropout, attention_dropout=preset.attention_dropout
    )
    return TpmMi.from_encoders(text, config)


SYSTEM = System("bert-crf", "text only", False, _build)
