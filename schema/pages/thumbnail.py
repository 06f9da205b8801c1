"""A small JPEG of a picture for HTML pages; a picture that cannot be decoded gives the reason instead."""

from __future__ import annotations

import base64
from io import BytesIO
from pathlib import Path
from typing import Final, NamedTuple

from PIL import Image, ImageOps

from ..files.given_file import open_given
from ..picture import DAMAGED, OPENED, too_many_pixels
from ..pixel_budget import BUDGET

QUALITY: Final = 75


class Thumbnail(NamedTuple):
    """A small JPEG, or the reason why there is none.

    Attributes:
        content: its bytes, empty if there is a fault.
        width: in pixels.
        height: in pixels.
        fault: why there is no picture, empty otherwise.
    """

    content: bytes
    width: int = 0
    height: int = 0
    fault: str = ""

    @property
    def data_url(self) -> str:
        """The picture as the `src` of an `<img>`, empty if there is a fault."""
        if self.fault:
            return ""
        return "data:image/jpeg;base64," + base64.b64encode(self.content).decode("ascii")


def thumbnail(path: Path, side: int) -> Thumbnail:
    """Return the picture upright and without metadata, at most `side` pixels wide and high.

    A JPEG is decoded at the smallest size that is large enough.
    """
    try:
        with open_given(path) as file, Image.open(file, formats=OPENED) as image:
            if fault := too_many_pixels(image):
                return Thumbnail(b"", fault=fault)
            with BUDGET.taken(image.width * image.height):
                # a palette image must become RGB first to shrink smoothly
                picture = image if image.format == "JPEG" else image.convert("RGB")
                picture.thumbnail((side, side), Image.Resampling.BILINEAR, reducing_gap=1)
                small = ImageOps.exif_transpose(picture).convert("RGB")
    except FileNotFoundError:
        return Thumbnail(b"", fault="no file")
    except (*DAMAGED, Image.DecompressionBombError):
        return Thumbnail(b"", fault="cannot be decoded")
    out = BytesIO()
    small.info.clear()  # Pillow would write the comment of the picture
    small.save(out, "JPEG", quality=QUALITY)
    return Thumbnail(out.getvalue(), small.width, small.height)
