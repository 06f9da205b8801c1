"""EXIF with the orientation alone, and the kinds of personal data in EXIF and XMP. No value is returned."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Final

from PIL import ExifTags, Image

from ..picture import DAMAGED, OPENED, too_many_pixels
from .layout import EXIF, THUMBNAIL, TIME, XMP

POSITION: Final = "GPS position"
SERIAL: Final = "camera serial number"
PERSON: Final = "name of a person"
CAMERA: Final = "camera model"
NOTE: Final = "notes of the camera's maker"
TURNS: Final = range(2, 9)
"""The orientations that change a picture."""

_TAG: Final = ExifTags.Base.Orientation
_BYTES: Final = 26
_SERIALS: Final = frozenset((0xA431, 0xA435, 0xC62F))
_PERSONS: Final = frozenset((0x013B, 0x8298, 0x9C9D, 0xA430))
_CAMERAS: Final = frozenset((0x010F, 0x0110, 0xA433, 0xA434))
_TIMES: Final = frozenset((0x0132, 0x9003, 0x9004))
_IN_XMP: Final = (
    (POSITION, (b"GPSLatitude", b"GPSLongitude", b"GPSPosition")),
    (SERIAL, (b"SerialNumber",)),
    (PERSON, (b"creator", b"Artist", b"OwnerName")),
    (CAMERA, (b"tiff:Model", b"aux:Lens")),
)


def orientation_exif(value: int) -> bytes:
    """Return EXIF data (a TIFF head and one entry) that has the orientation and nothing else."""
    entry = b"".join(part.to_bytes(size) for part, size in ((_TAG, 2), (3, 2), (1, 4), (value, 2)))
    return b"MM\0*\0\0\0\x08\0\1" + entry + bytes(6)


def has_only_orientation(exif: bytes) -> bool:
    """Return whether EXIF data have the orientation and nothing else, in either byte order."""
    if exif.startswith(b"Exif\0\0"):
        exif = exif[6:]
    if len(exif) != _BYTES:
        return False
    if exif[:2] == b"II":  # little-endian: turn each number around
        pairs = ((2, 4), (4, 8), (8, 10), (10, 12), (12, 14), (14, 18), (18, 20))
        exif = b"MM" + b"".join(exif[start:end][::-1] for start, end in pairs) + exif[20:]
    return any(exif == orientation_exif(value) for value in range(1, 9))


def orientation_of(content: bytes) -> int | None:
    """Return the orientation of a picture file as our decoder sees it, in EXIF or XMP; None without one."""
    try:
        with Image.open(BytesIO(content), formats=OPENED) as image:
            if too_many_pixels(image):
                return None  # a PNG is decoded before its EXIF is known
            value = image.getexif().get(_TAG)
    except (*DAMAGED, Image.DecompressionBombError):
        return None
    return value if isinstance(value, int) else None


def exif_kinds(exif: bytes) -> Iterator[str]:
    """Yield the kinds of personal data in EXIF data, and `EXIF` if there is another entry."""
    read = Image.Exif()
    try:
        read.load(exif)
        details = read.get_ifd(ExifTags.IFD.Exif)
        tags = read.keys() | details.keys()
        if read.get_ifd(ExifTags.IFD.GPSInfo):
            yield POSITION
        if 0x0201 in read.get_ifd(ExifTags.IFD.IFD1):
            yield THUMBNAIL
    except DAMAGED:
        tags = set()
    known = {
        SERIAL: _SERIALS,
        PERSON: _PERSONS,
        CAMERA: _CAMERAS,
        TIME: _TIMES,
        NOTE: frozenset((ExifTags.IFD.MakerNote,)),
    }
    yield from (kind for kind, wanted in known.items() if tags & wanted)
    yield EXIF


def xmp_kinds(xmp: bytes) -> Iterator[str]:
    """Yield the kinds of personal data in XMP, and `XMP`. Compressed XMP is not read."""
    for kind, names in _IN_XMP:
        if any(name in xmp for name in names):
            yield kind
    yield XMP
