"""Made pictures: small JPEGs, all different; their shapes show the type and their pixels do not."""

from __future__ import annotations

from io import BytesIO
from random import Random

import pytest
from PIL import Image

from mnerctl.collector.made.picture import LONG_SIDE, draw_picture
from mnerctl.schema import TYPES


@pytest.mark.parametrize("kind", TYPES)
def test_pictures_are_small_jpegs_and_all_different(kind: str) -> None:
    contents = [draw_picture(kind, Random(f"test/{seed}")) for seed in range(40)]
    assert len(set(contents)) == len(contents)
    shapes = set()
    for content in contents:
        with Image.open(BytesIO(content)) as image:
            image.load()
            assert image.format == "JPEG"
            assert LONG_SIDE * 0.7 < max(image.size) <= LONG_SIDE and min(image.size) > 100
            shapes.add(round(image.width / image.height, 1))
    assert len(shapes) >= 6


@pytest.mark.parametrize("kind", TYPES)
def test_the_same_random_state_draws_the_same_bytes(kind: str) -> None:
    assert draw_picture(kind, Random("same")) == draw_picture(kind, Random("same"))
