"""The metadata of a WebP (RFC 9649): all chunks that are not pixels, animation or the colour profile."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from .layout import EXIF, OTHER, TRAILER, XMP, Layout, MetadataFault, Part

_PIXELS: Final = frozenset((b"VP8 ", b"VP8L", b"ANMF"))
_KEPT: Final = _PIXELS | {b"VP8X", b"ICCP", b"ANIM", b"ALPH"}
_IN_FRAME: Final = frozenset((b"VP8 ", b"VP8L", b"ALPH"))
_KINDS: Final = {b"EXIF": EXIF, b"XMP ": XMP}
_EXIF_FLAG: Final = 0x08
_XMP_FLAG: Final = 0x04
_HEAD: Final = 12
_FRAME_HEAD: Final = 16


class _Chunk(NamedTuple):
    name: bytes
    start: int
    end: int
    payload: bytes
    is_whole: bool


def webp_layout(content: bytes) -> Layout:
    """Return the metadata of a WebP.

    Raises:
        MetadataFault: there are no pixels.
    """
    stop = _stop(content)
    parts: list[Part] = []
    has_pixels = False
    for chunk in _chunks(content, _HEAD, stop):
        has_pixels = has_pixels or chunk.name in _PIXELS
        if chunk.name not in _KEPT:
            kind = _KINDS.get(chunk.name, OTHER)
            parts.append(Part(chunk.start, chunk.end, kind, chunk.payload))
        elif chunk.name == b"ANMF" and chunk.is_whole:
            frame = _frame(chunk.payload)
            if frame != chunk.payload:
                parts.append(Part(chunk.start, chunk.end, OTHER, instead=_chunk(b"ANMF", frame)))
    if not has_pixels:
        raise MetadataFault("ends before its pixels")
    if stop < len(content):
        parts.append(Part(stop, len(content), TRAILER))
    return Layout(parts, lambda exif: _chunk(b"EXIF", exif), _finish)


def _stop(content: bytes) -> int:
    """Return the end of the picture: that of the outer chunk, or of the file if that comes first."""
    return min(8 + int.from_bytes(content[4:8], "little"), len(content))


def _chunks(content: bytes, at: int, stop: int) -> Iterator[_Chunk]:
    while at + 8 <= stop:
        size = int.from_bytes(content[at + 4 : at + 8], "little")
        end = at + 8 + size
        payload = content[at + 8 : min(end, stop)]
        padded = min(end + size % 2, stop)
        yield _Chunk(content[at : at + 4], at, padded, payload, end <= stop)
        at = padded


def _frame(frame: bytes) -> bytes:
    """Return the content of an ANMF chunk without chunks that are not pixels."""
    kept = [frame[:_FRAME_HEAD]]
    for chunk in _chunks(frame, _FRAME_HEAD, len(frame)):
        if chunk.name in _IN_FRAME:
            kept.append(frame[chunk.start : chunk.end])
    return b"".join(kept)


def _chunk(name: bytes, payload: bytes) -> bytes:
    return name + len(payload).to_bytes(4, "little") + payload + b"\0" * (len(payload) % 2)


def _finish(old: bytes, new: bytes) -> bytes:
    """Set the size of the whole and the flags of the extended header; a truncated file stays one."""
    stated = int.from_bytes(old[4:8], "little")
    out = bytearray(new)
    out[4:8] = (stated - _stop(old) + len(new)).to_bytes(4, "little")
    names = {chunk.name for chunk in _chunks(new, _HEAD, len(new))}
    if new[_HEAD : _HEAD + 4] == b"VP8X" and len(new) > _HEAD + 8:
        flags = new[_HEAD + 8] & ~(_EXIF_FLAG | _XMP_FLAG)
        out[_HEAD + 8] = flags | (_EXIF_FLAG if b"EXIF" in names else 0)
    return bytes(out)
