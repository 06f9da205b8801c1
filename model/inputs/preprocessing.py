"""How an image encoder takes a picture: first shrunk to its size, in bytes, then scaled to its numbers.

The first step decodes and resizes, which takes nearly all of the time, and its result is kept on disk
(`pixel_cache.py`). A random change of training pictures would belong between the two steps.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import PIL
import torch
from PIL import Image, ImageOps
from torch import Tensor

from ...schema import DataError

_SIDE: Final = 64


@dataclass(frozen=True)
class Preprocessing:
    """The preprocessing of an image encoder.

    Attributes:
        shrink: turns an upright RGB picture into the encoder's size, (3, size, size) uint8.
        scale: factor of each channel, (3, 1, 1).
        shift: what is added to each channel after that, (3, 1, 1).
        identity: text that names everything that the result of `shrink` depends on.
    """

    shrink: Callable[[Image.Image], Tensor]
    scale: Tensor
    shift: Tensor
    identity: str

    def shrunk(self, image: Image.Image) -> Tensor:
        """Return a picture in the encoder's size, (3, size, size) uint8, its EXIF orientation applied."""
        return self.shrink(ImageOps.exif_transpose(image).convert("RGB"))

    def scaled(self, shrunk: Tensor) -> Tensor:
        """Return shrunk pictures, (..., 3, size, size) uint8, as the encoder's numbers, float32."""
        return shrunk.float() * self.scale + self.shift


def squeezed(size: int) -> Preprocessing:
    """Return the preprocessing that squeezes a picture into a square, on EfficientNet-lite's scale."""

    def shrink(image: Image.Image) -> Tensor:
        small = image.resize((size, size), Image.Resampling.BICUBIC)
        return torch.from_numpy(np.asarray(small).copy()).permute(2, 0, 1).contiguous()

    of_all = torch.ones(3, 1, 1)
    return Preprocessing(
        shrink,
        scale=of_all / 128,
        shift=of_all * -127 / 128,
        identity=f"square {size} bicubic, Pillow {PIL.__version__}",
    )


def of_processor(processor: Any, *, name: str) -> Preprocessing:
    """Return the preprocessing of an image processor of transformers.

    Args:
        processor: the image processor.
        name: the encoder's name on the command line, for messages.

    Raises:
        DataError: it does more than resize, crop and scale.
    """

    def whole(image: Image.Image) -> Tensor:
        found: Tensor = processor(images=image, return_tensors="pt")["pixel_values"][0]
        return found.float()

    def shrink(image: Image.Image) -> Tensor:
        found = processor(images=image, do_rescale=False, do_normalize=False, return_tensors="pt")[
            "pixel_values"
        ][0]
        return found.float().round().clamp(0, 255).to(torch.uint8)  # type: ignore[no-any-return]

    black, white = (
        whole(Image.new("RGB", (_SIDE, _SIDE), colour)).amax((1, 2), keepdim=True)
        for colour in ("black", "white")
    )
    settings = json.dumps(processor.to_dict(), sort_keys=True, default=str)
    found = Preprocessing(
        shrink,
        scale=(white - black) / 255,
        shift=black,
        identity=f"{type(processor).__name__} {settings}, Pillow {PIL.__version__}",
    )
    probe = _probe()
    if not torch.allclose(
        found.scaled(shrink(probe)), whole(probe), atol=float(found.scale.abs().max())
    ):
        raise DataError(
            f"image encoder {name!r}: its preprocessing does more than resize, crop and scale",
            "give another --image-encoder, such as a ViT, a CLIP or a ResNet",
        )
    return found


def _probe() -> Image.Image:
    """Return a picture whose channels differ and have all shades."""
    across = Image.linear_gradient("L")
    return Image.merge("RGB", (across, across.rotate(90), Image.radial_gradient("L")))
