"""Drop the metadata of a picture file and keep its pixels, bit by bit: nothing is decoded or encoded.

What is kept: pixels, transparency, animation, the colour profile, what the decoder needs to know of colours,
and the orientation, as EXIF without any other entry. Everything else goes, known or not, so that a new kind
of metadata goes too. A file without metadata stays as it is, byte for byte.

Data hidden inside the pixels or the colour profile are not found.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from .exif import (
    CAMERA,
    NOTE,
    PERSON,
    POSITION,
    SERIAL,
    TURNS,
    exif_kinds,
    has_only_orientation,
    orientation_exif,
    orientation_of,
    xmp_kinds,
)
from .gif import gif_layout
from .jpeg import jpeg_layout
from .layout import EXIF, IPTC, THUMBNAIL, TIME, XMP, Layout, MetadataFault, Part
from .png import png_layout
from .webp import webp_layout

RULE: Final = "metadata-1"
"""The version of the rule: the same version gives the same bytes for a picture."""
_READERS: Final = (
    (b"\xff\xd8\xff", jpeg_layout),
    (b"\x89PNG\r\n\x1a\n", png_layout),
    (b"RIFF", webp_layout),
    (b"GIF8", gif_layout),
)
_WORST_FIRST: Final = (POSITION, SERIAL, PERSON, CAMERA, TIME, NOTE, THUMBNAIL, EXIF, XMP, IPTC)


@dataclass(frozen=True, slots=True)
class Stripped:
    """A picture without metadata.

    Attributes:
        content: the file.
        kinds: the kinds of data that were dropped, worst first; empty if the file is unchanged.
    """

    content: bytes
    kinds: tuple[str, ...] = ()


def strip(content: bytes) -> Stripped:
    """Return a picture file without metadata.

    Raises:
        MetadataFault: the parts of the file cannot be told apart.
    """
    layout = _layout(content)
    parts = _with_orientation(content, layout) if layout.parts else []
    if not parts:
        return Stripped(content)
    new = layout.finish(content, b"".join(_pieces(content, parts)))
    return Stripped(new, _sorted_kinds(kind for part in parts for kind in _kinds(part)))


def _layout(content: bytes) -> Layout:
    for begin, read in _READERS:
        if content.startswith(begin):
            return read(content)
    raise MetadataFault(f"begins with {content[:12]!r}")


def _with_orientation(content: bytes, layout: Layout) -> list[Part]:
    """Return the parts, the first with EXIF or XMP replaced by EXIF with the orientation if there is one.

    EXIF that has nothing else is kept as it is.
    """
    parts = list(layout.parts)
    place = next((at for at, part in enumerate(parts) if part.kind in (EXIF, XMP)), None)
    if place is None:
        return parts
    first = parts[place]
    value = orientation_of(content)
    if has_only_orientation(first.payload) and value == _only_value(first.payload):
        del parts[place]
    elif value in TURNS:
        parts[place] = first._replace(instead=layout.wrap(orientation_exif(value or 1)))
    return parts


def _only_value(exif: bytes) -> int:
    return max(exif[-8], exif[-7])  # the value is a short in either byte order


def _pieces(content: bytes, parts: Sequence[Part]) -> Iterator[bytes]:
    at = 0
    for part in parts:
        yield content[at : part.start]
        yield part.instead
        at = part.end
    yield content[at:]


def _kinds(part: Part) -> Iterable[str]:
    if part.kind == EXIF and part.payload:
        return exif_kinds(part.payload)
    if part.kind == XMP:
        return xmp_kinds(part.payload)
    return (part.kind,)


def _sorted_kinds(kinds: Iterable[str]) -> tuple[str, ...]:
    """Return each kind once; the container's name only if nothing in it has a name of its own."""
    found = dict.fromkeys(kinds)
    if found.keys() & {POSITION, SERIAL, PERSON, CAMERA, TIME, NOTE}:
        found.pop(EXIF, None)
    known = [kind for kind in _WORST_FIRST if kind in found]
    return (*known, *sorted(found.keys() - set(_WORST_FIRST)))
