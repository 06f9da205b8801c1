"""The metadata of a PNG (third edition): all chunks that do not decide what the pixels are.

Kept are the chunks of the pixels, of animation, of transparency and of colour.
"""

from __future__ import annotations

import zlib
from typing import Final

from .layout import EXIF, OTHER, TEXT, TIME, TRAILER, XMP, Layout, MetadataFault, Part

_START: Final = 8
_HEAD: Final = 8
_CRC: Final = 4
_KEPT: Final = frozenset(
    (
        *(b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"acTL", b"fcTL", b"fdAT"),
        *(b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"cICP", b"mDCV", b"cLLI", b"sBIT", b"bKGD", b"pHYs"),
    )
)
_TEXTS: Final = frozenset((b"tEXt", b"zTXt", b"iTXt"))


def png_layout(content: bytes) -> Layout:
    """Return the metadata of a PNG.

    Raises:
        MetadataFault: a chunk has no name, or there are no pixels.
    """
    parts: list[Part] = []
    at, has_pixels = _START, False
    while at + _HEAD <= len(content):
        name = content[at + 4 : at + _HEAD]
        if not (name.isalpha() and name.isascii()):
            if not has_pixels:
                raise MetadataFault(f"chunk {name!r} at byte {at}")
            parts.append(Part(at, len(content), TRAILER))
            break
        length = int.from_bytes(content[at : at + 4])
        end = min(at + _HEAD + length + _CRC, len(content))
        has_pixels = has_pixels or name == b"IDAT"
        if name not in _KEPT:
            parts.append(_part(name, at, end, content[at + _HEAD : min(at + _HEAD + length, end)]))
        at = end
        if name == b"IEND":
            if end < len(content):
                parts.append(Part(end, len(content), TRAILER))
            break
    if not has_pixels:
        raise MetadataFault("ends before its pixels")
    return Layout(parts, _exif_chunk)


def _part(name: bytes, start: int, end: int, payload: bytes) -> Part:
    if name == b"eXIf":
        return Part(start, end, EXIF, payload)
    if name in _TEXTS:
        key = payload.partition(b"\0")[0]
        if key.startswith(b"Raw profile type exif"):
            return Part(start, end, EXIF)
        kind = XMP if key == b"XML:com.adobe.xmp" else TEXT
        return Part(start, end, kind, payload)
    return Part(start, end, TIME if name == b"tIME" else OTHER)


def _exif_chunk(exif: bytes) -> bytes:
    crc = zlib.crc32(b"eXIf" + exif)
    return len(exif).to_bytes(4) + b"eXIf" + exif + crc.to_bytes(4)
