"""A small JPEG of a picture, to look at; a picture that cannot be shown says why, and is not replaced."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Final, NamedTuple

from PIL import Image, ImageOps

from ...schema.picture import DAMAGED, MOST_PIXELS

SIDE: Final = 400
QUALITY: Final = 75


class Thumbnail(NamedTuple):
    """content: b"" where there is none, for `fault`."""

    content: bytes
    width: int = 0
    height: int = 0
    fault: str = ""


def thumbnail(path: Path) -> Thumbnail:
    """At most 400 pixels a side, turned as the camera was held. A JPEG is decoded no larger than needed."""
    try:
        with Image.open(path) as image:
            if image.width * image.height > MOST_PIXELS:
                return Thumbnail(b"", fault=f"more than {MOST_PIXELS:,} pixels")
            # a JPEG is decoded smaller at once; a palette would not shrink smoothly
            picture = image if image.format == "JPEG" else image.convert("RGB")
            picture.thumbnail((SIDE, SIDE), Image.Resampling.BILINEAR, reducing_gap=1)
            small = ImageOps.exif_transpose(picture).convert("RGB")
    except FileNotFoundError:
        return Thumbnail(b"", fault="no file")
    except (*DAMAGED, Image.DecompressionBombError):
        return Thumbnail(b"", fault="cannot be decoded")
    out = BytesIO()
    small.save(out, "JPEG", quality=QUALITY)
    return Thumbnail(out.getvalue(), small.width, small.height)
