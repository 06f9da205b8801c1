"""A pen that draws the made pictures, and functions that return outlines: paths, ovals, arcs, stars.

Coordinates are those of the subject, about -1 to 1, with y pointing down. The pen turns, slants, scales and
moves them and rounds to whole pixels, so that the last bit of a sine never changes a picture. Angles are in
turns: 0.25 is a quarter turn clockwise. Nothing here is random.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from math import cos, pi, sin
from typing import Final, Self

from PIL import Image, ImageDraw

from .colour import Colour

Point = tuple[float, float]
Points = Sequence[Point]

_LINE: Final = 0.03
_ROUND, _SMALL_ROUND = (
    tuple((cos(2 * pi * k / corners), sin(2 * pi * k / corners)) for k in range(corners))
    for corners in (26, 12)
)
_SMALL: Final = 16  # pixels: a smaller ellipse needs fewer corners to look round


@dataclass(frozen=True, slots=True)
class Pen:
    """Draws on a canvas through an affine map.

    affine: three factors for the pixel's x (of x, of y, constant), then three for its y.
    unit: length 1 in pixels.
    ink: colour of outlines, or None for no outlines.
    line: width of outlines in pixels.
    """

    canvas: ImageDraw.ImageDraw
    affine: tuple[float, float, float, float, float, float]
    unit: float
    ink: Colour | None
    line: int

    @classmethod
    def on(
        cls,
        image: Image.Image,
        *,
        at: Point,
        unit: float,
        turn: float = 0.0,
        slant: float = 0.0,
        flip: bool = False,
        ink: Colour | None = None,
    ) -> Self:
        """Return a pen for an image.

        Args:
            at: pixel of the origin.
            unit: length 1 in pixels.
            turn: rotation in turns.
            slant: how far x moves per unit of y.
            flip: mirror left and right.
            ink: colour of outlines, or None.
        """
        across, up = unit * cos(2 * pi * turn), unit * sin(2 * pi * turn)
        side = -1 if flip else 1
        x_row = (side * across, side * slant * across - up, at[0])
        y_row = (side * up, side * slant * up + across, at[1])
        canvas = ImageDraw.Draw(image)
        return cls(canvas, (*x_row, *y_row), unit, ink, max(2, round(unit * _LINE)))

    def inside(self, at: Point, size: float, turn: float = 0.0) -> Pen:
        """Return a pen for a part of the subject: its origin is `at`, its unit `size` times this one."""
        xx, xy, x0, yx, yy, y0 = self.affine
        a, b = size * cos(2 * pi * turn), size * sin(2 * pi * turn)
        x_row = (xx * a + xy * b, xy * a - xx * b, xx * at[0] + xy * at[1] + x0)
        y_row = (yx * a + yy * b, yy * a - yx * b, yx * at[0] + yy * at[1] + y0)
        return replace(self, affine=(*x_row, *y_row), unit=self.unit * size)

    def plain(self) -> Pen:
        """Return the same pen without outlines, for marks inside a shape."""
        return replace(self, ink=None)

    def shape(self, points: Points, fill: Colour) -> None:
        """Draw a filled shape, with an outline if the pen has ink."""
        pixels = self._pixels(points)
        self.canvas.polygon(pixels, fill=fill)
        if self.ink is not None:
            self.canvas.line([*pixels, pixels[0]], fill=self.ink, width=self.line)

    def oval(self, at: Point, size: Point, fill: Colour) -> None:
        """Draw an ellipse; `size` is its two radii."""
        is_small = max(size) * self.unit < _SMALL
        self.shape(oval(at, size, _SMALL_ROUND if is_small else _ROUND), fill)

    def box(self, corner: Point, other: Point, fill: Colour) -> None:
        """Draw a rectangle between two corners."""
        (x, y), (right, low) = corner, other
        self.shape([(x, y), (right, y), (right, low), (x, low)], fill)

    def stroke(self, points: Points, width: float, fill: Colour) -> None:
        """Draw a line with round ends and joints."""
        pixels, wide = self._pixels(points), max(1, round(width * self.unit))
        if self.ink is not None:
            self._brush(pixels, wide + 2 * self.line, self.ink)
        self._brush(pixels, wide, fill)

    def _brush(self, pixels: Points, wide: int, fill: Colour) -> None:
        self.canvas.line(pixels, fill=fill, width=wide)
        radius = wide / 2 - 0.5
        if radius > 1:
            for x, y in pixels:
                self.canvas.ellipse((x - radius, y - radius, x + radius, y + radius), fill=fill)

    def _pixels(self, points: Points) -> list[Point]:
        xx, xy, x0, yx, yy, y0 = self.affine
        return [(round(xx * x + xy * y + x0), round(yx * x + yy * y + y0)) for x, y in points]


@cache
def path(hundredths: str) -> Points:
    """Return the outline given as `x,y` pairs in hundredths, e.g. `path("-50,0 50,0 0,80")`."""
    pairs = (pair.split(",") for pair in hundredths.split())
    return tuple((int(x) / 100, int(y) / 100) for x, y in pairs)


def oval(at: Point, size: Point, circle: Points = _ROUND) -> list[Point]:
    """Return the outline of an ellipse; `size` is its two radii."""
    (x0, y0), (wide, tall) = at, size
    return [(x0 + wide * x, y0 + tall * y) for x, y in circle]


def arc(at: Point, size: Point, begin: float, end: float, steps: int = 12) -> list[Point]:
    """Return part of an ellipse, from one angle to another (0 is right, 0.25 is below)."""
    angles = [2 * pi * (begin + (end - begin) * k / steps) for k in range(steps + 1)]
    return [(at[0] + size[0] * cos(a), at[1] + size[1] * sin(a)) for a in angles]


def ray(at: Point, angle: float, length: float) -> Point:
    """Return the point at a distance from `at` (angle 0 is below it, 0.25 to its right)."""
    return at[0] + length * sin(2 * pi * angle), at[1] + length * cos(2 * pi * angle)


def star(corners: int, inner: float | None = None) -> list[Point]:
    """Return a regular polygon of radius 1, or a star if an inner radius is given."""
    radii = [1.0] if inner is None else [1.0, inner]
    count = corners * len(radii)
    return [ray((0.0, 0.0), 0.5 - k / count, radii[k % len(radii)]) for k in range(count)]


def rounded(half: float, corner: float) -> list[Point]:
    """Return a square with round corners; `half` is half its width."""
    inner = half - corner
    centres = ((inner, inner), (-inner, inner), (-inner, -inner), (inner, -inner))
    return [
        point
        for k, centre in enumerate(centres)
        for point in arc(centre, (corner, corner), k / 4, (k + 1) / 4, 6)
    ]


def smooth(points: Points) -> list[Point]:
    """Return a closed outline with its corners cut twice (Chaikin 1974)."""
    for _ in range(2):
        cut: list[Point] = []
        for (x, y), (right, low) in pairwise([*points, points[0]]):
            cut.append((0.75 * x + 0.25 * right, 0.75 * y + 0.25 * low))
            cut.append((0.25 * x + 0.75 * right, 0.25 * y + 0.75 * low))
        points = cut
    return list(points)


def mirrored(points: Points) -> list[Point]:
    """Return an outline from its right half, listed from top to bottom; the left half is mirrored."""
    return [*points, *((-x, y) for x, y in reversed(points))]
