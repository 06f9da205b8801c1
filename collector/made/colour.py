"""The colours of the made pictures, chosen so that they do not depend on what is shown.

Any part may have any colour, and light on dark is as frequent as dark on light. The mean of many pictures
is the same grey for every entity type, so a probe that sees only mean pixels learns nothing.
"""

from __future__ import annotations

import colorsys
from collections.abc import Sequence
from random import Random
from typing import Final

Colour = tuple[int, int, int]

_SCHEMES: Final = (
    (0.0, 0.08, -0.1),
    (0.0, 0.5, 0.08),
    (0.0, 0.33, 0.66),
    (0.0, 0.42, 0.58),
    (0.0, 0.17, 0.5),
)
"""Colour schemes: each hue is a part of a turn of the colour wheel, from the first hue."""


class Palette:
    """The colours of one picture: hues of one scheme, with any lightness from 0 to 1."""

    def __init__(self, chance: Random) -> None:
        self._chance = chance
        self._hue = chance.random()
        self._scheme = chance.choice(_SCHEMES)
        self._vividness = chance.uniform(0.25, 0.95)

    def colour(self, lightness: float) -> Colour:
        """Return a colour of the scheme with this lightness."""
        hue = self._hue + self._chance.choice(self._scheme) + self._chance.uniform(-0.03, 0.03)
        vivid = self._vividness * self._chance.uniform(0.6, 1.0)
        return _bytes(colorsys.hls_to_rgb(hue % 1.0, lightness, vivid))

    def any(self) -> Colour:
        """Return a colour of any lightness."""
        return self.colour(self._chance.uniform(0.07, 0.93))

    def against(self, other: Colour, least: float = 0.32) -> Colour:
        """Return a colour whose lightness differs from that of `other` by at least `least`."""
        level = lightness_of(other)
        below, above = max(level - least - 0.07, 0.0), max(0.93 - level - least, 0.0)
        place = self._chance.uniform(0.0, below + above)
        return self.colour(0.07 + place if place < below else level + least + place - below)

    def apart(self, *others: Colour) -> Colour:
        """Return, from four random colours, the one that differs most from all of `others`."""

        def distance(one: Colour) -> int:
            pairs = (zip(one, other, strict=True) for other in others)
            return min(sum(abs(a - b) for a, b in pair) for pair in pairs)

        return max((self.any() for _ in range(4)), key=distance)


def lightness_of(colour: Colour) -> float:
    """Return the lightness of a colour, from 0 to 1."""
    return (max(colour) + min(colour)) / 510


def shade(colour: Colour, amount: float) -> Colour:
    """Return the colour moved towards white (amount from 0 to 1) or towards black (from -1 to 0)."""
    goal = 255 if amount > 0 else 0
    return _bytes([(part + (goal - part) * abs(amount)) / 255 for part in colour])


def _bytes(parts: Sequence[float]) -> Colour:
    red, green, blue = (round(min(max(part, 0.0), 1.0) * 255) for part in parts)
    return red, green, blue
