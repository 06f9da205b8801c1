"""The images that a system reads from a release: the image encoder, the pictures, and the masked ones."""

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
    """The image inputs of a system on a release.

    Attributes:
        encoder: the image encoder, or None for a system that reads no images.
        pictures: all pictures that can be read, or None for a system that reads no images.
        problems: a row for each picture that is masked.
    """

    encoder: ImageEncoder | None
    pictures: Pictures | None
    problems: list[Problem]


def load_image_inputs(
    release: Release, system: System, preset: Preset, *, on_picture: OnCount
) -> ImageInputs:
    """Read all pictures of a release once; read none for a system without images."""
    if not system.uses_images:
        return ImageInputs(None, None, [])
    encoder = load_image_encoder(preset.image_encoder, size=preset.image_size)
    if torch.cuda.is_available():
        encoder.model.to("cuda")
    trained = preset.train_image_encoder
    pictures, problems = read_pictures(
        release, encoder, trained=trained, workers=preset.workers, on_count=on_picture
    )
    return ImageInputs(encoder, pictures, problems)
