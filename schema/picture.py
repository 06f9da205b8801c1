"""Verify that bytes are a complete picture, and return its type, size and perceptual hash.

Nothing is repaired: a truncated picture is a `PictureFault` with its own status. A good picture is stored
unchanged; readers rotate and convert it. Pillow's own `verify` accepts a truncated JPEG, so the whole
picture is decoded here.
"""

from __future__ import annotations

import struct
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Final

from PIL import Image, ImageOps

from .files.given_file import read_whole
from .pixel_budget import BUDGET
from .post import EXTENSIONS

MAX_PIXELS: Final = 50_000_000
MAX_PICTURE_BYTES: Final = 64 * 2**20
FLAT_SHADES: Final = 4
END_OF_JPEG: Final = b"\xff\xd9"
MORE_DATA: Final = b"\x55" * 64
MEDIA_TYPES: Final = {
    "JPEG": "image/jpeg",
    "MPO": "image/jpeg",  # a JPEG followed by a second picture, which some cameras write
    "PNG": "image/png",
    "WEBP": "image/webp",
    "GIF": "image/gif",
}
OPENED: Final = ("JPEG", "PNG", "WEBP", "GIF")
DAMAGED: Final = (
    *(OSError, SyntaxError, ValueError, EOFError, struct.error, zlib.error),
    *(IndexError, KeyError, TypeError, AttributeError, OverflowError, MemoryError),
)
"""The exceptions that Pillow raises on damaged bytes; a fuzz test checks that the list is complete."""

# Pillow's warnings repeat what the result says, or do not change it.
warnings.filterwarnings("ignore", module=r"PIL\.")


class PictureFault(Exception):
    """The bytes are not a complete picture that can be decoded.

    Attributes:
        status: `empty`, `html`, `not_an_image`, `too_many_pixels`, `truncated` or `damaged`.
        detail: what was found.
        can_retry: whether another download may give other bytes.
    """

    def __init__(self, status: str, detail: str, *, can_retry: bool = False) -> None:
        super().__init__(f"{status}: {detail}")
        self.status = status
        self.detail = detail
        self.can_retry = can_retry


@dataclass(frozen=True, slots=True)
class Verified:
    """The facts about a complete picture.

    Attributes:
        media_type: such as `image/jpeg`.
        width: pixels, as stored.
        height: pixels, as stored.
        phash: difference hash, 16 hex digits.
        is_flat: the picture has one colour, so its hash says nothing.
    """

    media_type: str
    width: int
    height: int
    phash: str
    is_flat: bool

    @property
    def extension(self) -> str:
        """The extension of the file, without a dot."""
        return EXTENSIONS[self.media_type]


def read_picture(path: Path) -> bytes:
    """Return the bytes of a picture file.

    Raises:
        OSError: it cannot be read, or it is larger than any picture that is decoded.
    """
    return read_whole(path, most=MAX_PICTURE_BYTES)


def begins_as_picture(content: bytes) -> bool:
    """Return whether the first bytes are those of a JPEG, PNG, WebP or GIF. Nothing is decoded."""
    if content.startswith(b"RIFF"):
        return content[8:12] == b"WEBP"
    return content.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a"))


def verify(content: bytes) -> Verified:
    """Decode the whole picture (the first frame of an animation) and return its facts.

    Raises:
        PictureFault: the bytes are not a complete picture.
    """
    with _opened(content) as image, BUDGET.taken(image.width * image.height):
        try:
            Image.open(BytesIO(content), formats=OPENED).verify()  # checks checksums
            image.load()
            if ends_early(image, content):
                raise PictureFault("truncated", "the data end before the last row", can_retry=True)
            kind = MEDIA_TYPES[str(image.format)]
            return Verified(kind, image.width, image.height, difference_hash(image), is_flat(image))
        except DAMAGED as error:
            raise _damage(error) from None


@contextmanager
def decoded(content: bytes) -> Iterator[Image.Image]:
    """Yield the decoded picture (the first frame of an animation); it is released at the end of the block.

    Unlike `verify`, this does not notice a truncated JPEG with an end marker appended.

    Raises:
        PictureFault: the bytes cannot be decoded.
    """
    with _opened(content) as image, BUDGET.taken(image.width * image.height):
        try:
            image.load()
        except DAMAGED as error:
            raise _damage(error) from None
        yield image


def too_many_pixels(image: Image.Image) -> str:
    """Return why an opened picture is too large to decode, or an empty string."""
    if image.width * image.height <= MAX_PIXELS:
        return ""
    return f"{image.width} x {image.height} pixels, wanted at most {MAX_PIXELS:,}"


def _opened(content: bytes) -> Image.Image:
    """Open the picture and check its size, without decoding it."""
    if not content:
        raise PictureFault("empty", "0 bytes", can_retry=True)
    try:
        image = Image.open(BytesIO(content), formats=OPENED)
    except Image.DecompressionBombError as error:
        raise PictureFault("too_many_pixels", _few_words(error)) from None
    except DAMAGED:
        raise _no_image(content) from None
    if fault := too_many_pixels(image):
        raise PictureFault("too_many_pixels", fault)
    return image


def _damage(error: BaseException) -> PictureFault:
    status = "truncated" if "truncated" in str(error) else "damaged"
    return PictureFault(status, _few_words(error), can_retry=True)


def ends_early(image: Image.Image, content: bytes) -> bool:
    """Return whether the data of a JPEG stop before its last row but are followed by an end marker.

    Decoders silently fill the missing rows with one colour. If the last rows have one colour, bytes are
    inserted after the data and the picture is decoded again. A complete picture stays the same, because
    decoders do not read these bytes.
    """
    width, height = image.size
    if image.format != "JPEG" or not image.crop((0, max(0, height - 4), width, height)).getcolors(
        1
    ):
        return False
    end = content.rfind(END_OF_JPEG)
    longer = content[:end] + MORE_DATA + content[end:]
    with Image.open(BytesIO(longer), formats=("JPEG",)) as other:
        return other.tobytes() != image.tobytes()


def is_flat(image: Image.Image) -> bool:
    """Return whether the picture has one shade, apart from compression noise."""
    darkest, brightest = _grey(image).getextrema()
    return bool(brightest - darkest <= FLAT_SHADES)  # type: ignore[operator]


def difference_hash(image: Image.Image) -> str:
    """Return 64 bits as hex: whether each cell of a 9 x 8 grey reduction is darker than its right neighbour.

    The picture is turned upright first.
    """
    small = _grey(image).resize((72, 72), Image.Resampling.BOX)
    cells = ImageOps.exif_transpose(small).resize((9, 8), Image.Resampling.BOX).tobytes()
    bits = 0
    for row in range(8):
        for column in range(8):
            left = 9 * row + column
            bits = bits << 1 | (cells[left] < cells[left + 1])
    return f"{bits:016x}"


def _grey(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I"):  # 16 bits per pixel; `convert` would keep the lowest 8
        return image.convert("I").point(lambda level: level / 256).convert("L")
    if image.mode in ("P", "PA"):
        image = image.convert("RGBA")
    return image.convert("L")


def _no_image(content: bytes) -> PictureFault:
    start = content[:256].lstrip().lower()
    if start.startswith((b"<!doctype", b"<html", b"<?xml", b"<head", b"<body")):
        return PictureFault("html", "a page instead of a picture", can_retry=True)
    return PictureFault(
        "not_an_image", f"begins with {content[:12]!r}; wanted JPEG, PNG, WebP or GIF"
    )


def _few_words(error: BaseException) -> str:
    return (str(error) or type(error).__name__)[:120]
