"""The metadata of a JPEG (ITU-T T.81, annex B): application segments, comments, bytes after its end.

Kept are the segments of the codec, JFIF without its thumbnail, the colour transform of Adobe, and colour
profiles. Places are read as libjpeg reads them: it skips stray bytes between segments.
"""

from __future__ import annotations

import re
from typing import Final

from .layout import (
    APPLICATION,
    COMMENT,
    EXIF,
    IPTC,
    STRAY,
    THUMBNAIL,
    TRAILER,
    XMP,
    Layout,
    MetadataFault,
    Part,
)

_CODEC: Final = frozenset((*range(0xC0, 0xD0), *range(0xDA, 0xE0)))
_ALONE: Final = frozenset((0x01, *range(0xD0, 0xD8)))
"""Markers without a length."""
_END, _SCAN, _COMMENT = 0xD9, 0xDA, 0xFE
_END_OF_FILE: Final = b"\xff\xd9"
_MARKER_IN_SCAN: Final = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]", re.DOTALL)
_EXIF: Final = b"Exif\0\0"
_XMP: Final = (b"http://ns.adobe.com/xap/1.0/\0", b"http://ns.adobe.com/xmp/extension/\0")
_JFIF_BYTES: Final = 14
_ADOBE_BYTES: Final = 12


def jpeg_layout(content: bytes) -> Layout:
    """Return the metadata of a JPEG.

    Raises:
        MetadataFault: a marker or length is wrong, or there are no pixels.
    """
    parts: list[Part] = []
    at, has_scan = 2, False
    while at < len(content):
        begin, marker_at = _next_marker(content, at)
        if begin > at:
            parts.append(Part(at, begin, STRAY))
        if marker_at >= len(content):
            break
        marker, after = content[marker_at], marker_at + 1
        if has_scan and after + 2 > len(content) and marker not in _ALONE and marker != _END:
            break  # truncated inside the head of a segment
        if marker == _END and has_scan:
            if after < len(content):
                parts.append(Part(after, len(content), TRAILER))
            break
        if marker in _ALONE:
            at = after
            continue
        at = _segment_end(content, marker_at)
        if part := _metadata(content, begin, after + 2, min(at, len(content)), marker):
            is_cut = at > len(content)  # then a marker must still end the pixels
            parts.append(part._replace(instead=_END_OF_FILE) if is_cut and has_scan else part)
        if marker == _SCAN and at < len(content):
            has_scan = True
            found = _MARKER_IN_SCAN.search(content, at)
            at = found.start() if found else len(content)
    if not has_scan:
        raise MetadataFault("ends before its pixels")
    return Layout(parts, lambda exif: _segment(0xE1, _EXIF + exif))


def _next_marker(content: bytes, at: int) -> tuple[int, int]:
    """Return the place of the next 0xFF and of its marker; both are the end of the file where none is."""
    while True:
        begin = content.find(b"\xff", at)
        if begin < 0:
            return len(content), len(content)
        place = begin + 1
        while content[place : place + 1] == b"\xff":  # fill bytes
            place += 1
        if content[place : place + 1] != b"\0":
            return begin, place
        at = place + 1


def _segment_end(content: bytes, marker_at: int) -> int:
    """Return the place after a segment, which may be after the end of a truncated file."""
    marker = content[marker_at]
    if marker not in _CODEC and not 0xE0 <= marker <= 0xEF and marker != _COMMENT:
        raise MetadataFault(f"marker 0x{marker:02x} at byte {marker_at}")
    length = int.from_bytes(content[marker_at + 1 : marker_at + 3])
    if length < 2 and marker in _CODEC:
        raise MetadataFault(f"segment of {length} bytes at byte {marker_at}")
    return marker_at + 1 + max(length, 2)


def _metadata(content: bytes, begin: int, start: int, end: int, marker: int) -> Part | None:
    """Return the part for a segment, or None if it is kept as it is."""
    if marker in _CODEC:
        return None
    payload = content[start:end]
    if marker == 0xE0 and payload.startswith(b"JFIF\0") and len(payload) >= _JFIF_BYTES:
        if len(payload) == _JFIF_BYTES:
            return None
        jfif = _segment(marker, payload[: _JFIF_BYTES - 2] + b"\0\0")
        return Part(begin, end, THUMBNAIL, instead=jfif)
    if marker == 0xE2 and payload.startswith(b"ICC_PROFILE\0"):
        return None
    if marker == 0xEE and payload.startswith(b"Adobe") and len(payload) >= _ADOBE_BYTES:
        if len(payload) == _ADOBE_BYTES:
            return None
        return Part(begin, end, APPLICATION, instead=_segment(marker, payload[:_ADOBE_BYTES]))
    if marker == 0xE1 and payload.startswith(_EXIF):
        return Part(begin, end, EXIF, payload[len(_EXIF) :])
    if marker == 0xE1 and payload.startswith(_XMP):
        return Part(begin, end, XMP, payload)
    if marker == 0xE0:
        return Part(begin, end, THUMBNAIL if payload.startswith(b"JFXX\0") else APPLICATION)
    if marker == _COMMENT:
        return Part(begin, end, COMMENT)
    return Part(begin, end, IPTC if marker == 0xED else APPLICATION)


def _segment(marker: int, payload: bytes) -> bytes:
    return bytes((0xFF, marker)) + (len(payload) + 2).to_bytes(2) + payload
