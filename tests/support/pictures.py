"""Draw pictures for tests and encode them."""

from __future__ import annotations

import io
import random
from typing import Any

from PIL import Image, ImageDraw

BEGIN = b"\xff\xd8\xff\xda\0\2"
"""A JPEG up to its pixels; a release takes what begins with it, and only the audit decodes it."""


def drawn(seed: int, *, size: tuple[int, int] = (96, 64), mode: str = "RGB") -> Image.Image:
    """Return a picture of a few boxes, different for each seed."""
    chance = random.Random(seed)
    image = Image.new("RGB", size, tuple(chance.randrange(256) for _ in range(3)))
    draw = ImageDraw.Draw(image)
    for _ in range(8):
        x, y = chance.randrange(size[0]), chance.randrange(size[1])
        box = (x, y, x + size[0] // 3, y + size[1] // 3)
        draw.rectangle(box, fill=tuple(chance.randrange(256) for _ in range(3)))
    return image if mode == "RGB" else image.convert(mode)


def encoded(image: Image.Image, format: str = "JPEG", **options: Any) -> bytes:
    """Return the bytes of an image file."""
    out = io.BytesIO()
    image.save(out, format, **options)
    return out.getvalue()


def jpeg(seed: int, size: tuple[int, int] = (96, 64)) -> bytes:
    """Return a whole JPEG."""
    return encoded(drawn(seed, size=size), quality=90)
