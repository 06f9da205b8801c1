"""Draw landscapes: mountains, coasts and villages, and the sky, land and trees that all places share."""

from __future__ import annotations

from random import Random
from typing import Final

from .colour import Colour, Palette, shade
from .pen import Pen, Point, arc, mirrored, path

EDGE: Final = 2.4
"""How far a place is drawn to each side: beyond the frame, even after it is turned and moved."""

_FIR: Final = path("0,-125 24,-80 12,-80 30,-50 16,-50 36,-22 0,-22")


def draw_sky(pen: Pen, sky: Colour, colours: Palette, chance: Random) -> None:
    """Draw a sun or moon, and clouds."""
    if chance.random() < 0.6:
        size = chance.uniform(0.1, 0.26)
        at = (chance.uniform(-0.9, 0.9), chance.uniform(-0.9, -0.4))
        pen.oval(at, (size, size), colours.against(sky, 0.2))
    cloud = shade(sky, chance.choice((-0.25, 0.35)))
    for _ in range(chance.randrange(4)):
        x, y, size = (
            chance.uniform(-1.2, 1.2),
            chance.uniform(-0.95, -0.35),
            chance.uniform(0.08, 0.16),
        )
        for k in range(4):
            at = (x + k * size, y - (k % 3) * size * 0.3)
            pen.plain().oval(at, (size, size * 0.6), cloud)


def draw_land(pen: Pen, top: float, colour: Colour, chance: Random, *, rough: float = 0.06) -> None:
    """Draw land with an uneven upper edge, down to beyond the frame."""
    xs = [EDGE * (k - 6) / 6 for k in range(13)]
    edge = [(x, top + chance.uniform(-rough, rough)) for x in xs]
    pen.shape([*edge, (EDGE, EDGE), (-EDGE, EDGE)], colour)


def draw_tree(
    pen: Pen, at: Point, size: float, leaf: Colour, trunk: Colour, *, is_fir: bool
) -> None:
    """Draw a fir or a round tree with its foot at a point."""
    tree = pen.inside(at, size)
    tree.stroke(path("0,0 0,-50"), 0.12, trunk)
    if is_fir:
        tree.shape(mirrored(_FIR), leaf)
    else:
        tree.oval((0.0, -0.75), (0.36, 0.42), leaf)


def draw_ripples(pen: Pen, top: float, water: Colour, chance: Random) -> None:
    """Draw a few short lines of light, on water or on a road."""
    for _ in range(chance.randint(2, 9)):
        x, y = chance.uniform(-1.3, 1.2), chance.uniform(top + 0.08, 1.1)
        line = [(x, y), (x + chance.uniform(0.15, 0.5), y)]
        pen.plain().stroke(line, 0.021, shade(water, 0.3))


def draw_mountains(pen: Pen, sky: Colour, colours: Palette, chance: Random) -> None:
    """Draw two or three mountain ranges with snow, above a meadow."""
    rock, step = colours.against(sky), chance.choice((-0.22, 0.22))
    cap = colours.against(rock)
    for row in range(chance.randint(2, 3)):
        tone, base, x = shade(rock, (row - 1) * step), 0.3 + 0.16 * row, -EDGE
        while x < EDGE:
            half = chance.uniform(0.4, 0.9)
            peak = pen.inside((x, base), half)
            high = -(chance.uniform(0.5, 1.1) - 0.22 * row) / half
            peak.shape([(-1.0, 0.0), (0.0, high), (1.0, 0.0)], tone)
            peak.plain().shape([(0.0, high), (1.0, 0.0), (0.13, 0.0)], shade(tone, -0.22))
            if row < 2:
                part = chance.uniform(0.25, 0.4)
                low, high_edge, low_edge = (high * (1 - part * f) for f in (1.0, 0.7, 1.2))
                rim = [(-part, low), (-0.1, high_edge), (0.08, low_edge), (part, low)]
                peak.plain().shape([(0.0, high), *rim], cap)
            x += half * chance.uniform(0.9, 1.5)
    meadow = colours.against(rock, 0.2)
    draw_land(pen, 0.42, meadow, chance)
    if chance.random() < 0.5:
        lake = colours.against(meadow, 0.2)
        pen.oval((chance.uniform(-0.5, 0.5), 0.75), (chance.uniform(0.5, 1.0), 0.17), lake)
    leaf, is_fir = colours.against(meadow), chance.random() < 0.5
    for y in sorted(chance.uniform(0.5, 1.0) for _ in range(chance.randint(3, 9))):
        at = (chance.uniform(-1.3, 1.3), y)
        draw_tree(pen, at, 0.35 * y, leaf, shade(leaf, -0.4), is_fir=is_fir)


def draw_coast(pen: Pen, sky: Colour, colours: Palette, chance: Random) -> None:
    """Draw the sea, often with a sailing boat, and a beach with palms or a lighthouse."""
    sea, level = colours.against(sky, 0.2), chance.uniform(-0.15, 0.2)
    pen.box((-EDGE, level), (EDGE, EDGE), sea)
    crest = shade(sea, chance.choice((-0.3, 0.4)))
    for row in range(6):
        x, y = chance.uniform(-1.6, -1.3), level + 0.07 + 0.1 * row
        while x < 1.5:
            pen.plain().stroke(arc((x, y), (0.09, 0.035), 0.5, 1.0, 5), 0.018, crest)
            x += chance.uniform(0.2, 0.7)
    if chance.random() < 0.6:
        boat, sail = (
            pen.inside((chance.uniform(-0.7, 0.7), level + 0.12), 1.0),
            colours.against(sky),
        )
        boat.shape(path("-20,0 22,0 13,10 -13,10"), colours.against(sea))
        boat.shape(path("1,-3 1,-48 22,-6"), sail)
        boat.shape(path("-3,-3 -3,-40 -17,-6"), shade(sail, -0.15))
    shore = level + chance.uniform(0.2, 0.5)
    sand = colours.against(sea, 0.2)
    beach = [(-EDGE, shore), (-0.6, shore + 0.1), (0.2, 0.75), (1.2, 0.9), (EDGE, 0.95)]
    pen.shape([*beach, (EDGE, EDGE), (-EDGE, EDGE)], sand)
    if chance.random() < 0.5:
        leaf, trunk = colours.against(sky), colours.against(sand)
        for _ in range(chance.randint(1, 3)):
            at = (chance.uniform(-1.1, -0.3), chance.uniform(0.6, 0.85))
            _palm(pen.inside(at, chance.uniform(0.7, 1.05)), leaf, trunk)
    else:
        at = (chance.uniform(-0.95, -0.5), shore + 0.08)
        _lighthouse(pen.inside(at, chance.uniform(0.85, 1.1)), sky, colours)


def _palm(pen: Pen, leaf: Colour, trunk: Colour) -> None:
    pen.stroke(path("0,0 3,-50 12,-100"), 0.08, trunk)
    for frond in ("0,0 16,-29 30,-24 16,-14", "0,0 26,-22 48,0 26,-9", "0,0 22,-17 40,26 22,-3"):
        for side in (-1, 1):
            pen.shape([(0.12 + side * x, y - 1.0) for x, y in path(frond)], leaf)


def _lighthouse(pen: Pen, sky: Colour, colours: Palette) -> None:
    wall = colours.against(sky)
    band = colours.against(wall)
    pen.shape(path("-14,0 -8,-90 8,-90 14,0"), wall)
    for low in (0.2, 0.45, 0.7):
        half = 0.14 - 0.067 * low
        pen.plain().box((-half, -low - 0.1), (half, -low), band)
    pen.box((-0.07, -1.04), (0.07, -0.9), colours.against(sky))
    pen.shape(path("-11,-104 0,-118 11,-104"), band)


def draw_village(pen: Pen, sky: Colour, colours: Palette, chance: Random) -> None:
    """Draw houses with pitched roofs among hills, trees and fields."""
    hill = colours.against(sky, 0.2)
    pen.oval((chance.uniform(-1.0, 0.0), 0.75), (1.6, chance.uniform(0.6, 0.9)), hill)
    behind = (chance.uniform(0.4, 1.4), 0.9)
    pen.oval(behind, (1.5, chance.uniform(0.6, 0.9)), shade(hill, -0.15))
    field = colours.against(hill, 0.16)
    draw_land(pen, 0.45, field, chance)
    if chance.random() < 0.6:
        for k in range(-7, 8):
            furrow = [(k * 0.09, 0.48), (k * 0.42, 1.8)]
            pen.plain().stroke(furrow, 0.025, shade(field, -0.2))
    leaf, trunk, is_fir = colours.against(hill), colours.against(hill), chance.random() < 0.5
    for y in sorted(chance.uniform(0.15, 0.75) for _ in range(chance.randint(3, 6))):
        house = pen.inside((chance.uniform(-1.15, 1.15), y), 0.2 + 0.3 * y)
        wall = colours.against(hill)
        roof, plain = colours.against(wall), house.plain()
        house.box((-0.5, -0.55), (0.5, 0.0), wall)
        house.shape(path("-60,-55 0,-105 60,-55"), roof)
        plain.box((-0.1, -0.3), (0.1, 0.0), roof)
        for x in (-0.3, 0.3):
            plain.box((x - 0.09, -0.42), (x + 0.09, -0.24), roof)
        draw_tree(house, (chance.choice((-0.8, 0.8)), 0.0), 1.0, leaf, trunk, is_fir=is_fir)
