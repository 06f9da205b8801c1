"""Draw other things: those of `gear.py`, and cups, bottles, trophies, clocks and others."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Final

from .colour import Colour, Palette, shade
from .gear import (
    draw_aeroplane,
    draw_ball,
    draw_bicycle,
    draw_camera,
    draw_car,
    draw_guitar,
    draw_umbrella,
)
from .pen import Pen, arc, mirrored, path, ray, smooth


def draw_thing(pen: Pen, ground: Colour, colours: Palette, chance: Random) -> None:
    """Draw one thing around (0, 0); `ground` is the colour behind it."""
    chance.choice(_THINGS)(pen, ground, colours, chance)


def _cup(pen: Pen, ground: Colour, colours: Palette, chance: Random) -> None:
    clay = colours.against(ground)
    pen.oval((0.0, 0.72), (chance.uniform(0.8, 0.95), 0.16), colours.against(ground, 0.2))
    pen.stroke(arc((0.55, 0.1), (0.32, 0.3), 0.72, 1.28), 0.13, clay)
    foot = chance.uniform(0.3, 0.5)
    pen.shape(mirrored([(0.0, -0.42), (0.6, -0.42), (foot + 0.06, 0.55), (foot, 0.7)]), clay)
    shadow = [(0.3, -0.4), (0.6, -0.42), (foot + 0.06, 0.55), (foot, 0.7), (0.12, 0.7)]
    pen.plain().shape(shadow, shade(clay, -0.15))
    if chance.random() < 0.6:
        pen.plain().shape(path("-56,-10 56,-10 53,12 -53,12"), colours.against(clay))
    pen.oval((0.0, -0.42), (0.6, 0.16), shade(clay, 0.25))
    pen.oval((0.0, -0.4), (0.5, 0.11), colours.against(clay))
    steam = colours.against(ground, 0.2)
    for x in (-0.2, 0.05, 0.3)[: chance.randint(0, 3)]:
        pen.plain().inside((x, -0.6), 1.0).stroke(path("0,0 8,-10 -4,-22 5,-35"), 0.045, steam)


def _bottle(pen: Pen, ground: Colour, colours: Palette, chance: Random) -> None:
    glass = colours.against(ground)
    half, shoulder = chance.uniform(0.28, 0.42), chance.uniform(-0.35, 0.0)
    neck = [(0.0, -0.98), (0.12, -0.98), (0.12, shoulder - 0.28)]
    pen.shape(mirrored([*neck, (half, shoulder), (half, 0.92), (half - 0.08, 1.0)]), glass)
    plain = pen.plain()
    plain.box((half * 0.55, shoulder), (half * 0.8, 0.9), shade(glass, 0.3))
    pen.box((-0.15, -1.1), (0.15, -0.9), colours.against(glass))
    label = colours.against(glass)
    plain.box((-half, 0.15), (half, 0.62), label)
    plain.oval((0.0, 0.38), (half * 0.45, 0.15), colours.against(label))
    if chance.random() < 0.5:  # a glass beside it
        wine = colours.against(ground)
        beside = pen.inside((half + 0.45, 0.0), 1.0)
        beside.stroke(path("0,40 0,95"), 0.05, wine)
        beside.oval((0.0, 0.96), (0.2, 0.05), wine)
        beside.shape(arc((0.0, 0.1), (0.25, 0.4), 0.0, 0.5), wine)
        beside.oval((0.0, 0.1), (0.25, 0.07), colours.against(wine))


def _burger(pen: Pen, ground: Colour, colours: Palette, chance: Random) -> None:
    bun = colours.against(ground)
    pen.oval((0.0, 0.72), (1.0, 0.14), colours.against(ground, 0.2))
    pen.shape(smooth(path("-78,42 78,42 76,72 -76,72")), bun)
    y = 0.46
    for _ in range(chance.randint(2, 4)):
        filling, thick = colours.against(bun, 0.16), chance.uniform(0.08, 0.2)
        wave = [(0.85 - 0.17 * k, y + (0.05 if k % 2 else -0.03)) for k in range(11)]
        pen.shape([(-0.83, y - thick), (0.83, y - thick), *wave], filling)
        y -= thick
    pen.shape(arc((0.0, y), (0.82, 0.66), 0.5, 1.0), bun)
    seed, plain = colours.against(bun, 0.2), pen.plain()
    for _ in range(chance.randint(4, 9)):
        x, high = ray((0.0, 0.0), chance.uniform(0.3, 0.7), chance.uniform(0.2, 0.85))
        plain.oval((0.7 * x, y + 0.55 * high), (0.05, 0.028), seed)


def _trophy(pen: Pen, ground: Colour, colours: Palette, chance: Random) -> None:
    metal, foot = colours.against(ground), colours.against(ground)
    for side in (-1, 1):
        handle = arc((0.5, -0.42), (0.3, 0.34), 0.75, 1.25)
        pen.stroke([(side * x, y) for x, y in handle], 0.09, metal)
    bowl = path("0,-85 56,-85 50,-25 25,10 9,20 9,50 32,62 0,62")
    pen.shape(mirrored(bowl), metal)
    pen.plain().shape(path("20,-85 56,-85 50,-25 25,10 12,15"), shade(metal, -0.2))
    pen.oval((0.0, -0.85), (0.56, 0.1), shade(metal, 0.3))
    pen.box((-0.42, 0.6), (0.42, 0.95), foot)
    pen.plain().box((-0.2, 0.7), (0.2, 0.85), colours.against(foot))
    gleam = arc((-0.05, -0.6), (0.35, 0.5), 0.3, 0.48)
    pen.plain().stroke(gleam, 0.03 + 0.05 * chance.random(), shade(metal, 0.45))


def _clock(pen: Pen, ground: Colour, colours: Palette, chance: Random) -> None:
    case = colours.against(ground)
    dial = colours.against(case)
    hand = colours.against(dial, 0.4)
    if chance.random() < 0.6:  # an alarm clock
        for side in (-1, 1):
            pen.stroke([(side * 0.45, 0.55), (side * 0.65, 0.95)], 0.12, case)
            pen.oval((side * 0.5, -0.72), (0.3, 0.22), shade(case, -0.15))
        pen.stroke(path("0,-70 0,-95"), 0.1, case)
    pen.oval((0.0, 0.0), (0.85, 0.85), case)
    pen.oval((0.0, 0.0), (0.7, 0.7), dial)
    plain, centre = pen.plain(), (0.0, 0.0)
    for k in range(12):
        plain.stroke([ray(centre, k / 12, 0.54), ray(centre, k / 12, 0.63)], 0.05, hand)
    for length, width in ((0.36, 0.09), (0.52, 0.06)):
        plain.stroke([centre, ray(centre, chance.random(), length)], width, hand)
    plain.oval(centre, (0.07, 0.07), case)


def _plant(pen: Pen, ground: Colour, colours: Palette, chance: Random) -> None:
    leaf, pot = colours.against(ground), colours.against(ground)
    for k in range(chance.randint(5, 8)):
        turn = chance.uniform(-0.21, 0.21) if k else 0.0
        blade = pen.inside((0.0, 0.3), chance.uniform(0.75, 1.15), turn)
        wide = chance.uniform(0.12, 0.2)
        blade.shape(smooth([(0.0, 0.0), (wide, -0.6), (0.0, -1.0), (-wide, -0.6)]), leaf)
        blade.plain().stroke(path("0,0 0,-60"), 0.025, shade(leaf, -0.25))
    pen.shape(path("-45,30 45,30 32,100 -32,100"), pot)
    pen.box((-0.52, 0.2), (0.52, 0.4), colours.against(pot, 0.16))


def _lamp(pen: Pen, ground: Colour, colours: Palette, chance: Random) -> None:
    metal, cloth = colours.against(ground), colours.against(ground)
    pen.oval((0.0, 0.95), (0.4, 0.1), metal)
    pen.stroke(path("0,90 0,-20"), 0.08, metal)
    if chance.random() < 0.5:
        pen.oval((0.0, 0.5), (0.26, 0.34), metal)
    top = chance.uniform(0.25, 0.45)
    pen.shape(mirrored([(0.0, -0.95), (top, -0.95), (0.75, -0.12)]), cloth)
    for k in range(-2, 3):
        fold = [(k * top / 2.6, -0.93), (k * 0.28, -0.14)]
        pen.plain().stroke(fold, 0.03, shade(cloth, -0.2))


_THINGS: Final[tuple[Callable[[Pen, Colour, Palette, Random], None], ...]] = (
    draw_car,
    draw_bicycle,
    draw_aeroplane,
    draw_ball,
    draw_guitar,
    draw_camera,
    draw_umbrella,
    _cup,
    _bottle,
    _burger,
    _trophy,
    _clock,
    _plant,
    _lamp,
)
