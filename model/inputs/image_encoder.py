"""A frozen image encoder with its preprocessing: from a picture to a vector, and a key for caches.

Where its weights come from is `pretrained.py`; where vectors are kept is `picture_features.py`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cached_property

import torch
from PIL import Image, ImageOps
from torch import Tensor, nn


class ImageEncoder:
    """A frozen image encoder with its preprocessing.

    width: of a vector; size: pixels of a side; model: the module itself, to be trained elsewhere.
    """

    def __init__(
        self,
        model: nn.Module,
        *,
        features: Callable[[Tensor], Tensor],
        prepare: Callable[[Image.Image], Tensor],
        identity: str,
    ) -> None:
        """features: (n, 3, H, W) to (n, width); identity: what shapes a vector beside weights."""
        self.model = model.eval()
        self._features = features
        self._prepare = prepare
        self._identity = identity
        blank = self.pixels(Image.new("RGB", (8, 8)))
        self.size = int(blank.shape[-1])
        self.width = int(self.encode(blank.unsqueeze(0)).shape[1])

    @cached_property
    def fingerprint(self) -> str:
        """A key for caches: changes whenever weights, architecture or preprocessing do."""
        digest = hashlib.sha256(self._identity.encode())
        for name, tensor in sorted(self.model.state_dict().items()):
            digest.update(f"{name} {tensor.dtype} {tuple(tensor.shape)}".encode())
            digest.update(tensor.detach().cpu().contiguous().reshape(-1).view(torch.uint8).numpy())
        return f"{self.width}-{digest.hexdigest()[:24]}"

    def pixels(self, image: Image.Image) -> Tensor:
        """(3, size, size) float32: turned as its EXIF says, RGB, resized, normalised."""
        return self._prepare(ImageOps.exif_transpose(image).convert("RGB"))

    @torch.no_grad()
    def encode(self, pixels: Tensor) -> Tensor:
        """(n, width) float32 of (n, 3, size, size), on the encoder's device, without dropout."""
        self.model.eval()
        device = next(self.model.parameters()).device
        return self._features(pixels.to(device)).float()
