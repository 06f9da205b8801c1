"""The shared colours of the HTML pages: both schemes are complete, and text on each colour can be read."""

from __future__ import annotations

import re

import pytest

from mnerctl.schema import TYPES
from mnerctl.schema.pages.palette import palette_css

SMALLEST_CONTRAST = 4.5
"""WCAG 2.2, success criterion 1.4.3, level AA, for text of normal size."""

LIGHT, DARK = (
    dict(re.findall(r"--(\w+): (#[0-9a-f]{3,6});", scheme))
    for scheme in palette_css().split("@media (prefers-color-scheme: dark)")
)
PAIRS = [
    *(("ink", ground) for ground in ("page", "card", *TYPES)),
    *((text, ground) for text in ("soft", "pass", "warn", "fail") for ground in ("page", "card")),
]


def luminance(colour: str) -> float:
    """Return the relative luminance of `#rgb` or `#rrggbb`, 0 to 1 (WCAG 2.2, definitions)."""
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    channels = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21 (WCAG 2.2, definitions)."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_the_contrast_of_known_pairs() -> None:
    assert contrast("#000000", "#fff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)
    assert contrast("#1d2330", "#1d2330") == 1


def test_both_schemes_define_the_same_colours() -> None:
    assert list(LIGHT) == list(DARK)
    assert set(TYPES) <= set(LIGHT)


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_text_can_be_read_on_every_ground(scheme: dict[str, str], text: str, ground: str) -> None:
    assert contrast(scheme[text], scheme[ground]) >= SMALLEST_CONTRAST
