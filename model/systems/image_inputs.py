"""What a system sees of a release: an encoder and all pictures; what cannot be used is masked, and named."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from ...schema import Problem, Release
from ...schema.progress import OnCount
from ..inputs.image_encoder import ImageEncoder
from ..inputs.picture_features import Pictures, read_pictures
from ..inputs.pretrained import load_image_encoder
from .preset import Preset
from .system import System


@dataclass(frozen=True)
class ImageInputs:
    """The image encoder and the pictures, None for a system that looks at none, and a row for each
    picture that is masked."""

    encoder: ImageEncoder | None
    pictures: Pictures | None
    problems: list[Problem]


def load_image_inputs(
    release: Release, system: System, preset: Preset, *, on_picture: OnCount
) -> ImageInputs:
    """Reads all pictures once, or none for a system of text."""
    if not system.uses_images:
        return ImageInputs(None, None, [])
    encoder = load_image_encoder(preset.image_encoder, size=preset.image_size)
    if torch.cuda.is_available():
        encoder.model.to("cuda")
    trained = preset.train_image_encoder
    pictures, problems = read_pictures(release, encoder, trained=trained, on_count=on_picture)
    return ImageInputs(encoder, pictures, problems)
