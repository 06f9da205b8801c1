"""What a reader of a container returns: the places in a file that are not the picture."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

EXIF: Final = "EXIF"
XMP: Final = "XMP"
IPTC: Final = "IPTC or Photoshop data"
THUMBNAIL: Final = "embedded thumbnail"
COMMENT: Final = "comment"
TEXT: Final = "text"
TIME: Final = "time"
APPLICATION: Final = "application data"
STRAY: Final = "stray bytes"
TRAILER: Final = "data after the end of the picture"
OTHER: Final = "other data"


class MetadataFault(Exception):
    """The parts of a picture file cannot be told apart, so its metadata cannot be dropped."""


class Part(NamedTuple):
    """A stretch of a file that is not kept as it is.

    Attributes:
        start: its first byte.
        end: the byte after its last one.
        kind: one of the words above.
        payload: its content, without the container's head, for `EXIF` and `XMP`.
        instead: what is written in its place.
    """

    start: int
    end: int
    kind: str
    payload: bytes = b""
    instead: bytes = b""


def _unchanged(old: bytes, new: bytes) -> bytes:
    return new


@dataclass(frozen=True, slots=True)
class Layout:
    """The metadata of a file.

    Attributes:
        parts: what is not kept, in the order of the file, without overlap.
        wrap: returns a part of this container with EXIF data.
        finish: returns the new file with right sizes and flags in its head: finish(old file, new file).
    """

    parts: Sequence[Part]
    wrap: Callable[[bytes], bytes]
    finish: Callable[[bytes, bytes], bytes] = _unchanged
