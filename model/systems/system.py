"""What a system is to the trainer: a name, whether it looks at images, and how to build its model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from transformers import PreTrainedModel

from ..encoders import ImageEncoder
from ..preset import Preset
from ..tpm_mi import TpmMi


@dataclass(frozen=True, slots=True)
class System:
    """One line of a table of systems.

    build: from the text encoder, the image encoder (None for a system without images) and the preset.
    """

    name: str
    summary: str
    uses_images: bool
    build: Callable[[PreTrainedModel, ImageEncoder | None, Preset], TpmMi]
