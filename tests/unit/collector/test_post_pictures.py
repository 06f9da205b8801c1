"""Verification of picture bytes: whole pictures of every kind, and everything that only looks like one."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from mnerctl.collector.post_pictures import verify
from mnerctl.collector.source import MediaFailure
from support.pictures import drawn, encoded, jpeg

pytestmark = pytest.mark.filterwarnings(
    "ignore"
)  # warnings of Pillow; pytest undoes our own filter

WHOLE = {
    "jpeg": (jpeg(1), "image/jpeg"),
    "progressive": (encoded(drawn(1), progressive=True), "image/jpeg"),
    "cmyk": (encoded(drawn(1, mode="CMYK")), "image/jpeg"),
    "grey": (encoded(drawn(1, mode="L")), "image/jpeg"),
    "png": (encoded(drawn(1), "PNG"), "image/png"),
    "alpha": (encoded(drawn(1, mode="RGBA"), "PNG"), "image/png"),
    "palette": (encoded(drawn(1, mode="P"), "PNG", transparency=b"\x00\x80"), "image/png"),
    "1 bit": (encoded(drawn(1, mode="1"), "PNG"), "image/png"),
    "16 bits": (
        encoded(drawn(1, mode="L").convert("I").point(lambda v: v * 257).convert("I;16"), "PNG"),
        "image/png",
    ),
    "webp": (encoded(drawn(1), "WEBP"), "image/webp"),
    "gif": (encoded(drawn(1, mode="P"), "GIF"), "image/gif"),
    "animated": (
        encoded(drawn(1), "WEBP", save_all=True, append_images=[drawn(2), drawn(3)]),
        "image/webp",
    ),
    "mpo": (encoded(drawn(1), "MPO", save_all=True, append_images=[drawn(2)]), "image/jpeg"),
}


@pytest.mark.parametrize("name", WHOLE)
def test_a_whole_picture_has_its_type_and_size(name: str) -> None:
    content, media_type = WHOLE[name]
    found = verify(content)
    assert (found.media_type, found.width, found.height) == (media_type, 96, 64)


def distance(one: str, other: str) -> int:
    return (int(one, 16) ^ int(other, 16)).bit_count()


@pytest.mark.parametrize("name", sorted(set(WHOLE) - {"1 bit"}))
def test_the_perceptual_hash_depends_on_the_pixels_not_on_the_file_format(name: str) -> None:
    first = verify(WHOLE["jpeg"][0]).phash
    assert distance(verify(WHOLE[name][0]).phash, first) <= 10
    assert distance(verify(jpeg(99)).phash, first) > 16


def test_the_hash_is_of_the_upright_picture_and_the_size_as_stored() -> None:
    turned = drawn(1).transpose(Image.Transpose.ROTATE_90)
    exif = Image.Exif()
    exif[0x0112] = 6  # shown turned by 90 degrees to the right
    found = verify(encoded(turned, quality=90, exif=exif))
    assert (found.width, found.height) == (64, 96)
    assert distance(found.phash, verify(jpeg(1)).phash) <= 4


def test_a_hash_computed_by_hand() -> None:
    """Nine columns, each brighter than the one before: every cell is darker than its neighbour."""
    ramp = Image.new("L", (9, 8))
    ramp.putdata([25 * column for _ in range(8) for column in range(9)])
    assert verify(encoded(ramp, "PNG")).phash == "f" * 16
    assert verify(encoded(ramp.transpose(Image.Transpose.FLIP_LEFT_RIGHT), "PNG")).phash == "0" * 16


def bomb(width: int, height: int) -> bytes:
    """A PNG whose header promises this many pixels."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + body))
        return struct.pack(">I", len(body)) + kind + body + check

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress(b"\x00" * 1000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


WHOLE_JPEG = jpeg(1, size=(400, 300))
BROKEN = {
    "empty": (b"", "empty"),
    "html": (b"<!DOCTYPE html><html>over capacity</html>", "html"),
    "text": (b"Not Found", "not_an_image"),
    "bmp": (encoded(drawn(1), "BMP"), "not_an_image"),
    "half a jpeg": (WHOLE_JPEG[: len(WHOLE_JPEG) // 2], "truncated"),
    "a jpeg without its end": (WHOLE_JPEG[:-2], "truncated"),
    "half a png": (WHOLE["png"][0][:-200], "damaged"),
    "a flipped bit in a png": (
        WHOLE["png"][0][:200] + bytes([WHOLE["png"][0][200] ^ 1]) + WHOLE["png"][0][201:],
        "damaged",
    ),
    "51 megapixels": (bomb(10_000, 5_100), "too_many_pixels"),
    "144 megapixels": (bomb(12_000, 12_000), "too_many_pixels"),
    "400 megapixels": (bomb(20_000, 20_000), "too_many_pixels"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_bytes_that_are_not_a_whole_picture_have_a_status(name: str) -> None:
    content, status = BROKEN[name]
    with pytest.raises(MediaFailure) as caught:
        verify(content)
    assert caught.value.status == status
    assert caught.value.detail


@pytest.mark.parametrize("share", [0.2, 0.5, 0.8])
@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
def test_half_a_jpeg_with_an_end_marker_appended_is_not_a_whole_picture(
    mode: str, share: float
) -> None:
    """Decoders fill the missing part with one colour. Some datasets append the marker to repair downloads."""
    whole = encoded(drawn(1, size=(400, 300), mode=mode), quality=90)
    repaired = whole[: int(share * len(whole))] + b"\xff\xd9"
    Image.open(io.BytesIO(repaired)).load()
    with pytest.raises(MediaFailure) as caught:
        verify(repaired)
    assert caught.value.status in ("truncated", "damaged")


@pytest.mark.parametrize("height", [1, 3, 8, 20, 64])
@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"restart_marker_blocks": 2}])
@pytest.mark.parametrize("tail", [b"", b"\x00" * 9, b"junk\xff\xd9"])
def test_a_picture_whose_last_rows_have_one_colour_is_whole(
    height: int, options: dict[str, Any], tail: bytes
) -> None:
    framed = Image.new("RGB", (96, 64 + height), "navy")
    framed.paste(drawn(1), (0, 0))
    for image in (framed, Image.new("L", (5, height)), Image.new("CMYK", (50, height), "red")):
        assert verify(encoded(image, **options) + tail).height == image.height


def test_pillow_alone_would_accept_half_a_picture() -> None:
    """This is why the whole picture is decoded."""
    Image.open(io.BytesIO(WHOLE_JPEG[: len(WHOLE_JPEG) // 2])).verify()


@settings(max_examples=400)
@given(
    st.sampled_from(sorted(WHOLE)),
    st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 255)), max_size=12),
    st.integers(1, 5000),
)
def test_damaged_bytes_are_verified_or_refused_with_a_status(
    name: str, changes: list[tuple[int, int]], length: int
) -> None:
    content = bytearray(WHOLE[name][0][:length])
    for place, value in changes:
        content[place % len(content)] = value
    try:
        verify(bytes(content))
    except MediaFailure as failure:
        assert failure.status in {"not_an_image", "html", "truncated", "damaged", "too_many_pixels"}
