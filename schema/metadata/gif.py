"""The metadata of a GIF (GIF89a): comments, plain text, applications other than the loop and the profile.

Stray bytes between blocks are dropped, because decoders skip them.
"""

from __future__ import annotations

import re
from typing import Final

from .layout import (
    APPLICATION,
    COMMENT,
    OTHER,
    STRAY,
    TEXT,
    TRAILER,
    XMP,
    Layout,
    MetadataFault,
    Part,
)

_HEAD: Final = 13
_BLOCK: Final = re.compile(rb"[\x21\x2c\x3b]")
_EXTENSION, _IMAGE, _END = 0x21, 0x2C, 0x3B
_CONTROL, _COMMENT, _PLAIN_TEXT, _APPLICATION = 0xF9, 0xFE, 0x01, 0xFF
_LOOPS: Final = (b"NETSCAPE2.0", b"ANIMEXTS1.0")
_PROFILE: Final = b"ICCRGBG1012"
_CONTROL_BYTES: Final = 4


def gif_layout(content: bytes) -> Layout:
    """Return the metadata of a GIF.

    Raises:
        MetadataFault: there are no pixels.
    """
    if len(content) < _HEAD:
        raise MetadataFault("ends before its pixels")
    parts: list[Part] = []
    at, has_pixels = _HEAD + _table_bytes(content[10]), False
    while at < len(content):
        kind = content[at]
        if kind == _END:
            if at + 1 < len(content):
                parts.append(Part(at + 1, len(content), TRAILER))
            break
        if kind == _IMAGE:
            has_pixels = True
            local = _table_bytes(content[at + 9]) if at + 9 < len(content) else 0
            at = _blocks_end(content, at + 11 + local)
        elif kind == _EXTENSION:
            end = _blocks_end(content, at + 2)
            if part := _extension(content, at, end):
                parts.append(part)
            at = end
        else:
            found = _BLOCK.search(content, at)
            end = found.start() if found else len(content)
            parts.append(Part(at, end, STRAY))
            at = end
    if not has_pixels:
        raise MetadataFault("ends before its pixels")
    return Layout(parts, lambda exif: b"")  # a GIF has no orientation


def _table_bytes(flags: int) -> int:
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _blocks_end(content: bytes, at: int) -> int:
    """Return the place after the sub-blocks that begin here."""
    while at < len(content) and content[at]:
        at += 1 + content[at]
    return min(at + 1, len(content))


def _extension(content: bytes, start: int, end: int) -> Part | None:
    """Return the part for an extension, or None if it is kept as it is."""
    label = content[start + 1] if start + 1 < end else 0
    if label == _CONTROL:
        return _only(content, start, end, _control(content[start:end]), OTHER)
    if label == _APPLICATION:
        name = content[start + 3 : start + 14]
        if name == _PROFILE:
            return None
        if name in _LOOPS:
            return _only(content, start, end, _loop(content[start:end]), APPLICATION)
        is_xmp = name == b"XMP DataXMP"
        return Part(start, end, XMP if is_xmp else APPLICATION, content[start:end])
    return Part(start, end, {_COMMENT: COMMENT, _PLAIN_TEXT: TEXT}.get(label, OTHER))


def _only(content: bytes, start: int, end: int, kept: bytes, kind: str) -> Part | None:
    return None if content[start:end] == kept else Part(start, end, kind, instead=kept)


def _control(block: bytes) -> bytes:
    """Return a graphic control extension without what follows its four bytes; empty if it has fewer."""
    if len(block) < 3 + _CONTROL_BYTES or block[2] < _CONTROL_BYTES:
        return b""
    return block[:2] + bytes((_CONTROL_BYTES,)) + block[3 : 3 + _CONTROL_BYTES] + b"\0"


def _loop(block: bytes) -> bytes:
    """Return the extension with its first sub-block alone, the number of loops; empty if it has none."""
    if len(block) < 18 or block[14] < 3 or block[15] != 1:
        return b""
    return block[:14] + b"\3" + block[15:18] + b"\0"
