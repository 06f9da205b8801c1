"""Decoding of pictures: whole ones, and the status of those that are not.

`verify` is tested with many kinds of files in `tests/unit/collector/test_post_pictures.py`.
"""

from __future__ import annotations

import pytest

from mnerctl.schema import picture
from mnerctl.schema.picture import PictureFault, decoded, verify
from support.pictures import drawn, encoded, jpeg


def decoded_size(content: bytes) -> tuple[int, int]:
    with decoded(content) as image:
        return image.size


def test_a_whole_picture_is_decoded() -> None:
    content = encoded(drawn(1), "PNG")
    with decoded(content) as image:
        assert image.tobytes() == drawn(1).tobytes()
    facts = verify(content)
    assert (facts.media_type, facts.extension, facts.is_flat) == ("image/png", "png", False)


def test_a_picture_of_one_colour_is_flat() -> None:
    black = drawn(1).point(lambda level: 0)
    assert verify(encoded(black)).is_flat


@pytest.mark.parametrize(
    ("content", "status", "can_retry"),
    [
        (b"", "empty", True),
        (b"<html>", "html", True),
        (b"Not Found", "not_an_image", False),
        (jpeg(1)[:-200], "truncated", True),
    ],
)
@pytest.mark.parametrize("read", [decoded_size, verify])
def test_other_bytes_have_a_status(
    read: object, content: bytes, status: str, can_retry: bool
) -> None:
    assert callable(read)
    with pytest.raises(PictureFault) as caught:
        read(content)
    assert (caught.value.status, caught.value.can_retry) == (status, can_retry)
    assert str(caught.value) == f"{status}: {caught.value.detail}"


def test_a_picture_with_too_many_pixels_is_not_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(picture, "MAX_PIXELS", 96 * 64 - 1)
    with pytest.raises(PictureFault) as caught:
        verify(jpeg(1))
    assert caught.value.status == "too_many_pixels"
    assert caught.value.detail == "96 x 64 pixels, wanted at most 6,143"
