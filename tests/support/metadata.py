"""Pictures with personal data in every place that a container has for them.

`SECRETS` are the bytes that no released, exported or sent picture may contain.
"""

from __future__ import annotations

import zlib
from io import BytesIO
from typing import Final

from PIL import ExifTags, Image, ImageOps, PngImagePlugin

from support.pictures import drawn, encoded

SERIAL: Final = "SN-4711-0815"
OWNER: Final = "Ada Lovelace"
LATITUDE: Final = (52.0, 31.0, 12.025)
"""Pillow writes the seconds as 481/40."""
SECRETS: Final = (SERIAL.encode(), OWNER.encode(), (481).to_bytes(4) + (40).to_bytes(4))
XMP: Final = (
    f'<x:xmpmeta tiff:Orientation="8" exif:GPSLatitude="52,31.2N" aux:SerialNumber="{SERIAL}"'
    f"><dc:creator>{OWNER}</dc:creator></x:xmpmeta>"
).encode()


def exif(orientation: int | None = 6, *, position: bool = True) -> Image.Exif:
    """Return EXIF with the data of a camera and, if wanted, an orientation and a position."""
    made = Image.Exif()
    if orientation is not None:
        made[ExifTags.Base.Orientation] = orientation
    made[ExifTags.Base.Artist] = OWNER
    details = made.get_ifd(ExifTags.IFD.Exif)
    details[ExifTags.Base.BodySerialNumber] = SERIAL
    details[ExifTags.Base.MakerNote] = b"Maker\0" + SERIAL.encode()
    if position:
        made.get_ifd(ExifTags.IFD.GPSInfo).update({1: "N", 2: LATITUDE})
    return made


def segment(marker: int, payload: bytes) -> bytes:
    """Return a segment of a JPEG."""
    return bytes((0xFF, marker)) + (len(payload) + 2).to_bytes(2) + payload


def camera_jpeg(seed: int = 1, *, mode: str = "RGB", **options: object) -> bytes:
    """Return a JPEG as a camera or phone writes it, with every segment that can hold personal data."""
    picture = drawn(seed, mode=mode)
    content = encoded(picture, quality=90, exif=exif(), xmp=XMP, comment=SERIAL.encode(), **options)
    small = encoded(drawn(seed, size=(8, 8)), comment=OWNER.encode())
    added = (
        segment(0xED, b"Photoshop 3.0\0" + b"8BIM\x04\x04\0\0\0\0\0\x0c" + OWNER.encode())
        + segment(0xE0, b"JFXX\0\x10" + small)
        + segment(0xE2, b"MPF\0" + SERIAL.encode())
        + segment(0xE1, b"http://ns.adobe.com/xmp/extension/\0" + XMP)
        + segment(0xEB, b"unknown " + SERIAL.encode())
        + segment(0xFE, OWNER.encode())
    )
    motion = small + b"\0\0\0\x18ftypmp42" + XMP
    return content[:2] + added + content[2:] + motion


def chunk(name: bytes, payload: bytes) -> bytes:
    """Return a chunk of a PNG."""
    crc = zlib.crc32(name + payload)
    return len(payload).to_bytes(4) + name + payload + crc.to_bytes(4)


def camera_png(seed: int = 1, *, mode: str = "RGB", **options: object) -> bytes:
    """Return a PNG with all text chunks, EXIF, a time, an unknown chunk and bytes after its end."""
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", SERIAL)
    info.add_text("Author", OWNER, zip=True)
    info.add_itxt("XML:com.adobe.xmp", XMP.decode())
    content = encoded(drawn(seed).convert(mode), "PNG", exif=exif(), pnginfo=info, **options)
    added = chunk(b"tIME", b"\x07\xea\1\1\1\1\1") + chunk(b"prVt", SERIAL.encode())
    return content[:33] + added + content[33:] + SERIAL.encode()


def camera_webp(seed: int = 1, *, mode: str = "RGB", **options: object) -> bytes:
    """Return a WebP with EXIF, XMP, an unknown chunk and bytes after its end."""
    content = encoded(drawn(seed).convert(mode), "WEBP", exif=exif().tobytes(), xmp=XMP, **options)
    content += b"PRVT" + len(SERIAL).to_bytes(4, "little") + SERIAL.encode()
    size = (len(content) - 8).to_bytes(4, "little")
    return content[:4] + size + content[8:] + OWNER.encode()


def camera_gif(seed: int = 1, *, frames: int = 1) -> bytes:
    """Return a GIF with a comment, XMP, plain text, another application's data and bytes after its end."""
    pictures = [drawn(seed + number, mode="P") for number in range(frames)]
    content = encoded(
        pictures[0], "GIF", save_all=True, append_images=pictures[1:], loop=3, duration=70
    )
    names = (b"XMP DataXMP", b"PRIVATE 1.0")
    blocks = b"".join(b"\x21\xff\x0b" + name + _blocks(XMP) for name in names)
    blocks += b"\x21\xfe" + _blocks(SERIAL.encode())
    blocks += b"\x21\x01\x0c" + bytes(12) + _blocks(OWNER.encode())
    return content[:-1] + blocks + b";" + SERIAL.encode()


def _blocks(content: bytes) -> bytes:
    parts = [content[at : at + 255] for at in range(0, len(content), 255)]
    return b"".join(bytes((len(part),)) + part for part in parts) + b"\0"


CAMERA_FILES: Final = {
    "JPEG": camera_jpeg(),
    "progressive JPEG": camera_jpeg(2, progressive=True),
    "grey JPEG": camera_jpeg(3, mode="L"),
    "CMYK JPEG": camera_jpeg(4, mode="CMYK"),
    "JPEG with a profile": camera_jpeg(5, icc_profile=b"profile" * 9),
    "PNG": camera_png(),
    "PNG of 16 bits": camera_png(2, mode="I;16"),
    "palette PNG": camera_png(3, mode="P"),
    "transparent PNG": camera_png(4, mode="RGBA"),
    "PNG with a profile": camera_png(5, icc_profile=b"profile" * 9),
    "animated PNG": camera_png(6, save_all=True, append_images=[drawn(7)], duration=[60, 80]),
    "WebP": camera_webp(),
    "lossless WebP": camera_webp(2, mode="RGBA", lossless=True),
    "animated WebP": camera_webp(3, save_all=True, append_images=[drawn(4)], duration=90),
    "GIF": camera_gif(),
    "animated GIF": camera_gif(2, frames=3),
}
"""A file of each kind, with personal data in every place."""


def shown(content: bytes) -> list[tuple[object, ...]]:
    """Return what a viewer shows: each frame upright, with its time, loop, transparency and profile."""
    with Image.open(BytesIO(content), formats=("JPEG", "PNG", "WEBP", "GIF")) as image:
        frames = 1 if image.format in ("JPEG", "MPO") else getattr(image, "n_frames", 1)
        found: list[tuple[object, ...]] = []
        for number in range(frames):
            if frames > 1:
                image.seek(number)
            upright = ImageOps.exif_transpose(image)
            info = (
                image.info.get(name) for name in ("duration", "loop", "transparency", "icc_profile")
            )
            found.append((upright.mode, upright.size, upright.tobytes(), *info))
        return found
