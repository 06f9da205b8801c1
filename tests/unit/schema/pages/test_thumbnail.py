"""Thumbnails: small, upright JPEGs, and a reason for pictures that cannot be shown."""

from __future__ import annotations

import base64
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from mnerctl.schema import picture
from mnerctl.schema.metadata.strip import strip
from mnerctl.schema.pages.thumbnail import Thumbnail, thumbnail
from support.metadata import CAMERA_FILES, SECRETS
from support.pictures import drawn, encoded, jpeg


@pytest.mark.parametrize(
    ("size", "expected"), [((400, 200), (100, 50)), ((200, 400), (50, 100)), ((80, 60), (80, 60))]
)
@pytest.mark.parametrize(("mode", "format"), [("RGB", "JPEG"), ("P", "PNG"), ("RGBA", "WEBP")])
def test_the_longer_side_is_at_most_that_long(
    tmp_path: Path, mode: str, format: str, size: tuple[int, int], expected: tuple[int, int]
) -> None:
    path = tmp_path / "picture"
    path.write_bytes(encoded(drawn(1, size=size, mode=mode), format))
    small = thumbnail(path, 100)
    assert (small.width, small.height, small.fault) == (*expected, "")
    with Image.open(BytesIO(small.content)) as image:
        assert (image.format, image.mode, image.size) == ("JPEG", "RGB", expected)
    head, _, body = small.data_url.partition(",")
    assert (head, base64.b64decode(body)) == ("data:image/jpeg;base64", small.content)


def test_a_picture_with_an_orientation_is_turned_upright(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # displayed after a turn by 90 degrees to the right
    path = tmp_path / "turned.jpg"
    path.write_bytes(encoded(drawn(1, size=(200, 100)), exif=exif))
    small = thumbnail(path, 100)
    assert (small.width, small.height) == (50, 100)


@pytest.mark.parametrize("content", CAMERA_FILES.values(), ids=CAMERA_FILES)
def test_a_thumbnail_has_no_metadata(tmp_path: Path, content: bytes) -> None:
    """Pillow copies the comment of a picture into the JPEG that it writes."""
    (tmp_path / "picture").write_bytes(content)
    small = thumbnail(tmp_path / "picture", 100)
    assert small.content
    assert not [secret for secret in SECRETS if secret in small.content]
    assert strip(small.content).kinds == ()


def test_a_picture_that_cannot_be_shown_has_a_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, half = tmp_path / "whole.jpg", tmp_path / "half.jpg"
    whole.write_bytes(jpeg(1))
    half.write_bytes(jpeg(1)[:500])
    assert thumbnail(tmp_path / "gone.jpg", 100) == Thumbnail(b"", fault="no file")
    assert thumbnail(half, 100) == Thumbnail(b"", fault="cannot be decoded")
    monkeypatch.setattr(picture, "MAX_PIXELS", 96 * 64 - 1)
    large = thumbnail(whole, 100)
    assert (large.fault, large.data_url) == ("96 x 64 pixels, wanted at most 6,143", "")
