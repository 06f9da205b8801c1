"""Pictures for tests, drawn on the spot and as bytes."""

from __future__ import annotations

import io
import random
from typing import Any

from PIL import Image, ImageDraw


def drawn(seed: int, *, size: tuple[int, int] = (96, 64), mode: str = "RGB") -> Image.Image:
    """A picture of a few boxes, another for each seed."""
    chance = random.Random(seed)
    image = Image.new("RGB", size, tuple(chance.randrange(256) for _ in range(3)))
    draw = ImageDraw.Draw(image)
    for _ in range(8):
        x, y = chance.randrange(size[0]), chance.randrange(size[1])
        box = (x, y, x + size[0] // 3, y + size[1] // 3)
        draw.rectangle(box, fill=tuple(chance.randrange(256) for _ in range(3)))
    return image if mode == "RGB" else image.convert(mode)


def encoded(image: Image.Image, format: str = "JPEG", **options: Any) -> bytes:
    """A picture as the bytes of a file."""
    out = io.BytesIO()
    image.save(out, format, **options)
    return out.getvalue()


def jpeg(seed: int, size: tuple[int, int] = (96, 64)) -> bytes:
    """A whole JPEG."""
    return encoded(drawn(seed, size=size), quality=90)
