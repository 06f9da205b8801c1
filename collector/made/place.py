"""Draw places that fill the whole picture: landscapes, and skylines, streets, bridges and landmarks."""

from __future__ import annotations

from random import Random

from .colour import Colour, Palette, shade
from .land import (
    EDGE,
    draw_coast,
    draw_land,
    draw_mountains,
    draw_ripples,
    draw_sky,
    draw_tree,
    draw_village,
)
from .pen import Pen, Point, arc, mirrored, path


def draw_place(pen: Pen, ground: Colour, colours: Palette, chance: Random) -> None:
    """Draw a scene with its horizon near y = 0; `ground` is the colour of the sky."""
    land = (draw_mountains, draw_coast, draw_village)
    draw = chance.choice((*land, _skyline, _street, _bridge, _landmark))
    draw_sky(pen, ground, colours, chance)
    draw(pen, ground, colours, chance)


def _skyline(pen: Pen, sky: Colour, colours: Palette, chance: Random) -> None:
    floor, far, x = chance.uniform(0.45, 0.75), colours.against(sky, 0.16), -EDGE
    while x < EDGE:
        wide = chance.uniform(0.15, 0.35)
        pen.plain().box((x, floor - chance.uniform(0.3, 1.0)), (x + wide, floor), far)
        x += wide * chance.uniform(0.9, 1.4)
    x = -1.9
    while x < 1.9:
        wide = chance.uniform(0.24, 0.42)
        size = (wide, chance.uniform(0.35, 1.25))
        _block(pen.inside((x, floor), 1.0), size, colours.against(sky), colours, chance)
        x += wide * chance.uniform(1.0, 1.35)
    front = colours.against(far)
    draw_land(pen, floor, front, chance, rough=0.0)
    draw_ripples(pen, floor, front, chance)


def _block(pen: Pen, size: Point, wall: Colour, colours: Palette, chance: Random) -> None:
    """Draw a building with rows of windows, some of them dark."""
    wide, high = size
    lit, dark, plain = colours.against(wall), shade(wall, -0.3), pen.plain()
    roof = chance.randrange(4)
    if roof == 0:
        pen.shape([(0.0, -high), (wide / 2, -high - wide * 0.6), (wide, -high)], wall)
    elif roof == 1:
        pen.stroke([(wide / 2, -high), (wide / 2, -high - 0.22)], 0.03, wall)
    pen.box((0.0, -high), (wide, 0.0), wall)
    plain.box((wide * 0.8, -high), (wide, 0.0), shade(wall, -0.2))
    columns, rows = chance.randint(2, 4), max(2, round(high / chance.uniform(0.1, 0.15)))
    across, down = wide / columns, high / rows
    for row in range(rows):
        for column in range(columns):
            x, y = across * (column + 0.22), down * (row + 0.25) - high
            glow = lit if chance.random() < 0.7 else dark
            plain.box((x, y), (x + across * 0.56, y + down * 0.55), glow)


def _street(pen: Pen, sky: Colour, colours: Palette, chance: Random) -> None:
    """Draw a road to a vanishing point between two rows of house fronts; depth 1 is nearest."""
    gone = (chance.uniform(-0.25, 0.25), chance.uniform(-0.1, 0.15))

    def wall(x: float, low: float, high: float, near: float, far: float) -> list[Point]:
        corners = ((low, near), (high, near), (high, far), (low, far))
        return [(gone[0] + (x - gone[0]) / d, gone[1] + (y - gone[1]) / d) for y, d in corners]

    def floor(half: float, near: float, far: float) -> list[Point]:
        corners = ((-half, near), (half, near), (half, far), (-half, far))
        return [(gone[0] + (x - gone[0]) / d, gone[1] + (1.7 - gone[1]) / d) for x, d in corners]

    pavement, plain = colours.against(sky), pen.plain()
    draw_land(pen, gone[1], pavement, chance, rough=0.0)
    road = colours.against(pavement)
    pen.shape(floor(1.0, 1.0, 16.0), road)
    line = colours.against(road)
    for k in range(7):
        plain.shape(floor(0.06, 1.0 + 0.8 * k, 1.4 + 0.8 * k), line)
    for side in (-1.5, 1.5):
        far = 7.0
        while far > 0.85:
            near, top, front = (
                far / chance.uniform(1.3, 1.7),
                -chance.uniform(1.2, 2.6),
                colours.against(sky),
            )
            pen.shape(wall(side, 1.4, top, near, far), front)
            lit, step = colours.against(front), (1.1 - top) / 4
            for row in range(4):
                high = top + step * (row + 0.25)
                for column in range(3):
                    begin = far + (near - far) * (column + 0.25) / 3
                    end = far + (near - far) * (column + 0.75) / 3
                    plain.shape(wall(side, high + step * 0.52, high, begin, end), lit)
            far = near


def _bridge(pen: Pen, sky: Colour, colours: Palette, chance: Random) -> None:
    water, level = colours.against(sky, 0.2), chance.uniform(0.3, 0.55)
    far, plain = colours.against(sky, 0.16), pen.plain()
    draw_land(pen, level - 0.25, far, chance, rough=0.12)
    pen.box((-EDGE, level), (EDGE, EDGE), water)
    steel, deck = colours.apart(far, sky, water), level - chance.uniform(0.1, 0.25)
    if chance.random() < 0.5:  # a suspension bridge with two towers
        for x in (-0.75, 0.75):
            pen.stroke([(x, level + 0.15), (x, deck - 0.95)], 0.09, steel)
        for middle in (-1.5, 0.0, 1.5):
            xs = [(k - 6) / 6 for k in range(13)]
            rope = [(middle + 0.75 * x, deck - 0.1 - 0.85 * x * x) for x in xs]
            plain.stroke(rope, 0.035, steel)
            for x, y in rope[1:-1]:
                plain.stroke([(x, y), (x, deck)], 0.014, steel)
    else:  # a stone bridge with arches
        pen.box((-EDGE, deck), (EDGE, level + 0.12), steel)
        for k in range(-3, 4):
            x, low = k * 0.62, level + 0.14
            vault = arc((x, level), (0.22, level - deck - 0.05), 0.5, 1.0)
            pen.shape([*vault, (x + 0.22, low), (x - 0.22, low)], water)
    pen.stroke([(-EDGE, deck), (EDGE, deck)], 0.08, steel)
    draw_ripples(pen, level, water, chance)


def _landmark(pen: Pen, sky: Colour, colours: Palette, chance: Random) -> None:
    plain = colours.against(sky, 0.2)
    far = shade(plain, chance.choice((-0.25, 0.25)))
    for _ in range(chance.randint(1, 3)):
        size = (chance.uniform(0.5, 1.1), chance.uniform(0.3, 0.6))
        pen.oval((chance.uniform(-1.5, 1.5), 0.55), size, far)
    draw_land(pen, 0.42, plain, chance)
    stone = colours.apart(sky, plain, far)
    build = chance.choice((_castle, _temple, _lattice, _pyramids))
    build(pen, stone, colours.against(stone), chance)
    leaf, is_fir = colours.against(plain), chance.random() < 0.5
    for y in sorted(chance.uniform(0.5, 0.9) for _ in range(chance.randint(3, 7))):
        at = (chance.choice((-1, 1)) * chance.uniform(0.75, 1.3), y)
        draw_tree(pen, at, 0.4 * y, leaf, shade(leaf, -0.4), is_fir=is_fir)


def _castle(pen: Pen, stone: Colour, dark: Colour, chance: Random) -> None:
    marks = pen.plain()
    pen.box((-0.7, -0.1), (0.7, 0.55), stone)
    for x in (-0.75, -0.25, 0.3, 0.75):
        tower = pen.inside((x, 0.45 - chance.uniform(0.6, 0.9)), 1.0)
        tower.box((-0.16, 0.0), (0.16, 0.9), stone)
        tower.shape(path("-21,0 0,-40 21,0"), dark)
        tower.plain().box((-0.04, 0.17), (0.04, 0.29), dark)
    for x in (-0.5, 0.02, 0.52):
        marks.box((x - 0.05, 0.02), (x + 0.05, 0.16), dark)
    pen.shape([*arc((0.0, 0.38), (0.13, 0.16), 0.5, 1.0), (0.13, 0.58), (-0.13, 0.58)], dark)


def _temple(pen: Pen, stone: Colour, dark: Colour, chance: Random) -> None:
    pen.shape(path("-100,-25 0,-68 100,-25"), stone)
    pen.box((-0.95, -0.25), (0.95, -0.13), shade(stone, -0.15))
    pen.plain().box((-0.85, -0.13), (0.85, 0.5), dark)
    columns = chance.randint(5, 8)
    for k in range(columns):
        x = -0.82 + 1.64 * k / (columns - 1)
        pen.box((x - 0.06, -0.13), (x + 0.06, 0.5), stone)
    for k in range(3):
        pen.box((-0.98 - 0.06 * k, 0.46 + 0.07 * k), (0.98 + 0.06 * k, 0.54 + 0.07 * k), stone)


def _lattice(pen: Pen, stone: Colour, dark: Colour, chance: Random) -> None:
    pen.shape(mirrored(path("3,-95 8,-45 16,0 46,55 28,55 0,20")), stone)
    for y, half in ((-0.42, 0.13), (0.02, 0.24), (0.3, 0.36)):
        pen.box((-half, y), (half, y + 0.06), stone)
    for k in range(chance.randint(5, 6)):
        y = 0.07 * k - 0.36
        for side in (-0.07, 0.07):
            pen.plain().stroke([(-side, y), (side, y + 0.06)], 0.016, dark)


def _pyramids(pen: Pen, stone: Colour, dark: Colour, chance: Random) -> None:
    for _ in range(3):
        one = pen.inside((chance.uniform(-0.9, 0.9), 0.5), chance.uniform(0.4, 0.85))
        one.shape(path("-100,0 0,-95 100,0"), stone)
        one.plain().shape(path("0,-95 100,0 20,0"), shade(stone, -0.3))
    for _ in range(3):
        cactus = pen.inside((chance.uniform(-1.1, 1.1), chance.uniform(0.6, 0.9)), 1.0)
        cactus.stroke(path("0,0 0,-30"), 0.08, dark)
        cactus.stroke(path("-12,-22 -12,-13 12,-11 12,-20"), 0.06, dark)
