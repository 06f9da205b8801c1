"""Metadata go from every place that a picture file has for them; the picture stays, bit by bit."""

from __future__ import annotations

from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from mnerctl.schema.metadata.layout import MetadataFault
from mnerctl.schema.metadata.strip import strip
from mnerctl.schema.picture import DAMAGED, verify
from support.checkout import ROOT
from support.metadata import (
    CAMERA_FILES,
    SECRETS,
    SERIAL,
    XMP,
    camera_gif,
    camera_jpeg,
    chunk,
    exif,
    segment,
    shown,
)
from support.pictures import drawn, encoded

BARE = {
    "JPEG": encoded(drawn(1)),
    "progressive JPEG": encoded(drawn(1), progressive=True, icc_profile=b"profile"),
    "CMYK JPEG": encoded(drawn(1, mode="CMYK")),
    "PNG": encoded(drawn(1), "PNG"),
    "PNG with a profile": encoded(drawn(1), "PNG", icc_profile=b"profile", dpi=(72, 72)),
    "WebP": encoded(drawn(1), "WEBP"),
    "WebP with a profile": encoded(drawn(1), "WEBP", icc_profile=b"profile"),
    "GIF": encoded(drawn(1, mode="P"), "GIF"),
    "animated GIF": encoded(
        drawn(1, mode="P"), "GIF", save_all=True, append_images=[drawn(2, mode="P")], loop=0
    ),
}


@pytest.mark.parametrize("content", CAMERA_FILES.values(), ids=CAMERA_FILES)
def test_no_secret_stays_and_every_frame_is_shown_as_before(content: bytes) -> None:
    assert SERIAL.encode() in content
    stripped = strip(content)
    assert not [secret for secret in SECRETS if secret in stripped.content]
    assert shown(stripped.content) == shown(content)
    assert verify(stripped.content) == verify(content)
    again = strip(stripped.content)
    assert (again.content, again.kinds) == (stripped.content, ())


@pytest.mark.parametrize("content", BARE.values(), ids=BARE)
def test_a_picture_without_metadata_stays_as_it_is(content: bytes) -> None:
    stripped = strip(content)
    assert stripped.content is content
    assert stripped.kinds == ()


def test_the_pictures_of_a_corpus_of_before_have_no_metadata() -> None:
    files = sorted((ROOT / "tests/data/written_before/corpus/images").rglob("*.*"))
    assert len(files) > 30
    assert all(strip(path.read_bytes()).kinds == () for path in files)


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("JPEG", "GPS position, camera serial number, name of a person, notes of the camera's maker,"
         " embedded thumbnail, XMP, IPTC or Photoshop data, application data, comment,"
         " data after the end of the picture"),
        ("PNG", "GPS position, camera serial number, name of a person, time,"
         " notes of the camera's maker, XMP, data after the end of the picture, other data, text"),
        ("WebP", "GPS position, camera serial number, name of a person, notes of the camera's maker,"
         " XMP, data after the end of the picture, other data"),
        ("GIF", "GPS position, camera serial number, name of a person, XMP, application data,"
         " comment, data after the end of the picture, text"),
    ],
)  # fmt: skip
def test_the_kinds_have_names_and_no_values(name: str, kinds: str) -> None:
    assert ", ".join(strip(CAMERA_FILES[name]).kinds) == kinds


@pytest.mark.parametrize("orientation", range(10))
@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
def test_the_orientation_stays_alone(format: str, orientation: int) -> None:
    content = encoded(drawn(1), format, exif=exif(orientation).tobytes())
    stripped = strip(content)
    assert shown(stripped.content) == shown(content)
    with Image.open(BytesIO(stripped.content)) as image:
        left = dict(image.getexif())
    assert left == ({0x0112: orientation} if 2 <= orientation <= 8 else {})
    assert stripped.kinds == strip(encoded(drawn(1), format, exif=exif().tobytes())).kinds


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("order", ["<", ">"])
def test_exif_with_the_orientation_alone_stays_as_it_is(format: str, order: str) -> None:
    only = Image.Exif()
    only.endian = order
    only[0x0112] = 6
    content = encoded(drawn(1), format, exif=only.tobytes())
    assert strip(content).content is content


@pytest.mark.parametrize("format", ["JPEG", "WEBP"])
def test_an_orientation_that_only_xmp_has_is_kept(format: str) -> None:
    content = encoded(drawn(1), format, xmp=XMP)
    stripped = strip(content)
    assert shown(stripped.content) == shown(content)
    with Image.open(BytesIO(stripped.content)) as image:
        assert dict(image.getexif()) == {0x0112: 8}
        assert "xmp" not in image.info


def test_exif_in_a_text_of_a_png_goes_and_its_orientation_stays() -> None:
    """ImageMagick writes EXIF as hexadecimal text."""
    data = exif().tobytes()
    text = f"Raw profile type exif\0\nexif\n{len(data):8}\n{data.hex()}\n".encode("latin-1")
    content = encoded(drawn(1), "PNG")
    content = content[:33] + chunk(b"tEXt", text) + content[33:]
    stripped = strip(content)
    assert stripped.kinds and SERIAL.encode().hex().encode() not in stripped.content
    assert shown(stripped.content) == shown(content)


def test_the_thumbnail_goes_from_jfif_and_its_density_stays() -> None:
    content = encoded(drawn(1), dpi=(300, 300))
    jfif = content[6:18] + b"\2\1" + b"secret"
    with_one = content[:2] + segment(0xE0, jfif) + content[20:]
    stripped = strip(with_one)
    assert (stripped.content, stripped.kinds) == (content, ("embedded thumbnail",))


def test_a_second_picture_after_the_first_goes() -> None:
    """Some cameras write a second picture, with EXIF of its own, after the end of the first."""
    more = [drawn(2)]
    content = encoded(drawn(1), "MPO", save_all=True, append_images=more, exif=exif())
    stripped = strip(content)
    with Image.open(BytesIO(content)) as before, Image.open(BytesIO(stripped.content)) as after:
        assert (before.format, after.format) == ("MPO", "JPEG")
    assert shown(stripped.content) == shown(content)


def test_comments_between_the_scans_of_a_progressive_picture_go() -> None:
    content = encoded(drawn(1), progressive=True)
    at = content.index(b"\xff\xda", content.index(b"\xff\xda") + 2)
    stripped = strip(content[:at] + segment(0xFE, SERIAL.encode()) + content[at:])
    assert (stripped.content, stripped.kinds) == (content, ("comment",))


@pytest.mark.parametrize("share", [0.6, 0.95])
@pytest.mark.parametrize("name", ["JPEG", "PNG", "WebP", "GIF"])
def test_a_truncated_picture_keeps_what_there_is_of_its_pixels(name: str, share: float) -> None:
    whole = strip(CAMERA_FILES[name]).content
    half = whole[: int(len(whole) * share)]
    assert strip(half).content == half


DAMAGED_FILES = {
    "an unknown marker": (b"\xff\xd8\xff\x05\0\2", r"marker 0x05 at byte 3"),
    "a segment without a length": (b"\xff\xd8\xff\xc0\0\0", r"segment of 0 bytes at byte 3"),
    "a JPEG of EXIF alone": (camera_jpeg()[:400], r"ends before its pixels"),
    "a PNG without a chunk": (b"\x89PNG\r\n\x1a\n" + bytes(20), r"chunk b'\\x00"),
    "a PNG without pixels": (CAMERA_FILES["PNG"][:60], r"ends before its pixels"),
    "a WebP without pixels": (CAMERA_FILES["WebP"][:30], r"ends before its pixels"),
    "a GIF without pixels": (camera_gif()[:20], r"ends before its pixels"),
    "a page": (b"<!DOCTYPE html>", r"begins with b'<!DOCTYPE ht'"),
    "nothing": (b"", r"begins with b''"),
}


@pytest.mark.parametrize(("content", "message"), DAMAGED_FILES.values(), ids=DAMAGED_FILES)
def test_a_file_that_cannot_be_taken_apart_is_refused(content: bytes, message: str) -> None:
    with pytest.raises(MetadataFault, match=message):
        strip(content)


@settings(deadline=None, max_examples=150)
@given(
    st.sampled_from(["JPEG", "progressive JPEG", "PNG", "WebP", "GIF"]),
    st.lists(st.tuples(st.integers(0, 1200), st.binary(max_size=4), st.integers(0, 4)), max_size=3),
)
def test_damage_is_a_fault_or_a_file_that_needs_nothing_more(
    name: str, edits: list[tuple[int, bytes, int]]
) -> None:
    """A picture that could be decoded in spite of the damage shows the same afterwards."""
    content = CAMERA_FILES[name]
    for at, put, cut in edits:
        content = content[:at] + put + content[at + cut :]
    try:
        stripped = strip(content)
    except MetadataFault:
        return
    again = strip(stripped.content)
    assert (again.content, again.kinds) == (stripped.content, ())
    try:
        before = shown(content)
    except (*DAMAGED, Image.DecompressionBombError):
        return
    if name != "GIF":  # its decoder reads on behind the end of a damaged frame
        assert shown(stripped.content) == before
