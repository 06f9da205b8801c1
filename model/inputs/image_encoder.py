"""A frozen image encoder with its preprocessing: it turns a picture into a vector.

`pretrained.py` loads the weights, and `vector_cache.py` caches the vectors.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cached_property

import torch
from PIL import Image
from torch import Tensor, nn

from .preprocessing import Preprocessing


class ImageEncoder:
    """A frozen image encoder with its preprocessing.

    Attributes:
        model: the encoder; a system may copy and train it.
        preprocessing: turns pictures into pixels.
        name: its name on the command line, for messages.
        size: side of its square input, in pixels.
        width: width of a vector.
    """

    def __init__(
        self,
        model: nn.Module,
        *,
        features: Callable[[Tensor], Tensor],
        preprocessing: Preprocessing,
        identity: str,
        name: str,
    ) -> None:
        """Wrap an encoder.

        Args:
            model: the encoder.
            features: turns pixels (n, 3, size, size) into vectors (n, width).
            preprocessing: turns pictures into pixels.
            identity: text that names everything but the weights that a vector depends on.
            name: its name on the command line.
        """
        self.model = model.eval()
        self._features = features
        self.preprocessing = preprocessing
        self._identity = identity
        self.name = name
        blank = self.pixels(Image.new("RGB", (8, 8)))
        self.size = int(blank.shape[-1])
        self.width = int(self.encode(blank.unsqueeze(0)).shape[1])

    @cached_property
    def fingerprint(self) -> str:
        """A cache key, which changes with the weights, the architecture and the preprocessing."""
        digest = hashlib.sha256(self._identity.encode())
        for name, tensor in sorted(self.model.state_dict().items()):
            digest.update(f"{name} {tensor.dtype} {tuple(tensor.shape)}".encode())
            digest.update(tensor.detach().cpu().contiguous().reshape(-1).view(torch.uint8).numpy())
        return f"{self.width}-{digest.hexdigest()[:24]}"

    def pixels(self, image: Image.Image) -> Tensor:
        """Return a picture as the encoder reads it: (3, size, size) float32, its EXIF orientation applied."""
        return self.preprocessing.scaled(self.preprocessing.shrunk(image))

    @torch.no_grad()
    def encode(self, pixels: Tensor) -> Tensor:
        """Return vectors (n, width), float32 on the encoder's device, for pixels (n, 3, size, size)."""
        self.model.eval()
        device = next(self.model.parameters()).device
        return self._features(pixels.to(device)).float()
