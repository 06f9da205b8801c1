"""Is this a whole picture? A pure function of bytes: type, size, hash, perceptual hash, or a fault.

Nothing is repaired: half a picture is a fault with a name of its own. A good one is kept as it
came; turning and converting is for whoever reads it. Pillow's `verify` passes half a JPEG, so the
whole picture is decoded.
"""

from __future__ import annotations

import struct
import warnings
import zlib
from dataclasses import dataclass
from io import BytesIO
from typing import Final

from PIL import Image, ImageOps

from .post import EXTENSIONS

MOST_PIXELS: Final = 50_000_000
FLAT_SHADES: Final = 4
END_OF_JPEG: Final = b"\xff\xd9"
MORE_DATA: Final = b"\x55" * 64
MEDIA_TYPES: Final = {
    "JPEG": "image/jpeg",
    "MPO": "image/jpeg",  # a JPEG with a second picture behind it, as some cameras make
    "PNG": "image/png",
    "WEBP": "image/webp",
    "GIF": "image/gif",
}
OPENED: Final = ("JPEG", "PNG", "WEBP", "GIF")
DAMAGED: Final = (
    *(OSError, SyntaxError, ValueError, EOFError, struct.error, zlib.error),
    *(IndexError, KeyError, TypeError, AttributeError, OverflowError, MemoryError),
)
"""All that Pillow raises on damaged bytes; the fuzz test holds the list to it."""

# What Pillow has to say of a picture is in the verdict, or does not change it.
warnings.filterwarnings("ignore", module=r"PIL\.")


class PictureFault(Exception):
    """Why bytes are no whole picture.

    status: one word. detail: what was seen. can_retry: other bytes may come another time.
    """

    def __init__(self, status: str, detail: str, *, can_retry: bool = False) -> None:
        super().__init__(f"{status}: {detail}")
        self.status = status
        self.detail = detail
        self.can_retry = can_retry


@dataclass(frozen=True, slots=True)
class Verified:
    """What a whole picture is. width, height: as stored. phash: difference hash, 16 hex digits.

    is_flat: of one colour all over, so that its hash says nothing.
    """

    media_type: str
    width: int
    height: int
    phash: str
    is_flat: bool

    @property
    def extension(self) -> str:
        """Of its file."""
        return EXTENSIONS[self.media_type]


def verify(content: bytes) -> Verified:
    """Decodes the whole picture (the first frame of an animation).

    Raises PictureFault: `empty`, `html`, `not_an_image`, `too_many_pixels`, `truncated` or `damaged`.
    """
    with _opened(content) as image:
        try:
            Image.open(BytesIO(content), formats=OPENED).verify()  # checksums, where there are any
            image.load()
            if ends_early(image, content):
                raise PictureFault("truncated", "its data end before its last row", can_retry=True)
            kind = MEDIA_TYPES[str(image.format)]
            return Verified(kind, image.width, image.height, difference_hash(image), is_flat(image))
        except DAMAGED as error:
            raise _damage(error) from None


def decode(content: bytes) -> Image.Image:
    """Return the whole picture, decoded (the first frame of an animation).

    Raises:
        PictureFault: as `verify` does, but a JPEG that ends early and says so is all that is noticed.
    """
    image = _opened(content)
    try:
        image.load()
    except DAMAGED as error:
        raise _damage(error) from None
    return image


def too_many_pixels(image: Image.Image) -> str:
    """Return why an opened picture is too large to be decoded, or an empty string."""
    if image.width * image.height <= MOST_PIXELS:
        return ""
    return f"{image.width} x {image.height} pixels, wanted at most {MOST_PIXELS:,}"


def _opened(content: bytes) -> Image.Image:
    """The picture, its size checked and nothing decoded yet."""
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
    """Whether the data of a JPEG stop above its last row, with an end marker put behind them.

    Decoders then fill the rest with one colour and say nothing. So where the last rows are of one colour,
    bytes are added behind the data: a whole picture stays the same, for nobody reads them.
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
    """Whether all of the picture has one shade, but for what compression adds to it."""
    darkest, brightest = _grey(image).getextrema()
    return bool(brightest - darkest <= FLAT_SHADES)  # type: ignore[operator]


def difference_hash(image: Image.Image) -> str:
    """Whether each cell of a 9 x 8 grey reduction, upright, is darker than its right neighbour."""
    small = _grey(image).resize((72, 72), Image.Resampling.BOX)
    cells = ImageOps.exif_transpose(small).resize((9, 8), Image.Resampling.BOX).tobytes()
    bits = 0
    for row in range(8):
        for column in range(8):
            left = 9 * row + column
            bits = bits << 1 | (cells[left] < cells[left + 1])
    return f"{bits:016x}"


def _grey(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I"):  # 16 bits a pixel, of which `convert` would keep the lowest 8
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
