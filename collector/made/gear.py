"""Draw vehicles and equipment: cars, balls, guitars, cameras and others. `thing.py` chooses among them."""

from __future__ import annotations

from random import Random

from .colour import Colour, Palette, shade
from .pen import Pen, arc, mirrored, oval, path, smooth, star


def draw_car(pen: Pen, ground: Colour, colours: Palette, chance: Random) -> None:
    """Draw a car from the side."""
    body = colours.against(ground)
    glass, tyre = colours.against(body), colours.against(ground, 0.35)
    front, back, roof = (
        chance.uniform(0.35, 0.6),
        chance.uniform(0.35, 0.75),
        chance.uniform(-0.62, -0.45),
    )
    cabin = [(-back, -0.14), (0.2 - back, roof), (0.15, roof), (front, -0.12)]
    pen.shape([*path("-105,30 -105,0 -95,-10"), *cabin, *path("95,-2 108,14 108,30")], body)
    plain, high = pen.plain(), roof + 0.09
    plain.shape([(0.12 - back, -0.16), (0.27 - back, high), (-0.12, high), (-0.12, -0.16)], glass)
    plain.shape([(-0.03, -0.16), (-0.03, high), (0.12, high), (front - 0.14, -0.16)], glass)
    plain.stroke(path("-100,14 100,14"), 0.04, shade(body, -0.25))
    plain.stroke(path("-30,-3 -18,-3"), 0.04, glass)
    pen.oval((1.0, 0.06), (0.07, 0.08), colours.against(body))
    hub = colours.against(tyre)
    for x in (-0.62, 0.64):
        pen.oval((x, 0.32), (0.25, 0.25), tyre)
        plain.oval((x, 0.32), (0.13, 0.13), hub)
        plain.oval((x, 0.32), (0.05, 0.05), tyre)


def draw_bicycle(pen: Pen, ground: Colour, colours: Palette, chance: Random) -> None:
    """Draw a bicycle from the side."""
    tyre, frame = colours.against(ground, 0.35), colours.against(ground)
    plain, spokes = pen.plain(), chance.choice((1, 2, 3))
    for x in (-0.65, 0.65):
        rim = oval((x, 0.35), (0.44, 0.44))
        for k in range(0, 13, spokes):
            plain.stroke([rim[k], rim[k + 13]], 0.014, tyre)
        plain.stroke([*rim, rim[0]], 0.08, tyre)
    for tubes in ("-65,35 -25,-32 -5,35 -65,35", "-22,-20 45,-25 -5,35", "42,-38 65,35"):
        pen.stroke(path(tubes), 0.075, frame)
    pen.stroke(path("-42,-42 -12,-42"), 0.12, tyre)
    plain.stroke(path("42,-38 38,-55 62,-60 66,-45"), 0.07, tyre)
    pen.oval((-0.05, 0.35), (0.12, 0.12), tyre)
    plain.stroke(path("-15,50 5,20"), 0.06, tyre)


def draw_aeroplane(pen: Pen, ground: Colour, colours: Palette, chance: Random) -> None:
    """Draw an aeroplane in flight."""
    skin = colours.against(ground)
    trim, plain = colours.against(skin), pen.plain()
    pen.shape(path("-15,-10 -45,-75 -25,-75 25,-10"), shade(skin, -0.25))
    pen.shape(path("-95,-10 -110,-60 -85,-60 -60,-10"), trim)
    pen.shape(smooth(path("-105,-8 -60,-20 70,-22 115,2 75,20 -60,14")), skin)
    for k in range(chance.randint(5, 8)):
        plain.oval((0.16 * k - 0.5, -0.06), (0.04, 0.05), trim)
    plain.shape(path("72,-16 92,-13 100,-4 74,-4"), trim)
    pen.shape(path("-10,6 30,6 -30,85 -52,85"), shade(skin, -0.15))
    pen.shape(path("-95,0 -70,0 -98,28 -112,28"), shade(skin, -0.15))


def draw_ball(pen: Pen, ground: Colour, colours: Palette, chance: Random) -> None:
    """Draw a football, a basketball or a tennis ball."""
    hide = colours.against(ground)
    seam = colours.against(hide, 0.35)
    plain = pen.plain()
    plain.oval((0.1, 0.86), (0.75, 0.12), shade(ground, -0.35))
    pen.oval((0.0, 0.0), (0.82, 0.82), hide)
    kind = chance.randrange(3)
    if kind == 0:  # a football
        plain.inside((0.0, 0.0), 0.28).shape(star(5), seam)
        for k in range(5):
            turned = plain.inside((0.0, 0.0), 1.0, k / 5)
            turned.stroke(path("0,-28 0,-56"), 0.035, seam)
            turned.shape(path("-18,-57 18,-57 22,-77 0,-81 -22,-77"), seam)
    else:  # a basketball, or a tennis ball
        width, centre, radius, reach = (
            (0.045, 1.0, 0.7, 0.145) if kind == 1 else (0.09, 0.95, 0.6, 0.15)
        )
        for middle in (0.0, 0.5):
            at = (-centre if middle == 0.0 else centre, 0.0)
            plain.stroke(arc(at, (radius, radius), middle - reach, middle + reach), width, seam)
        if kind == 1:
            plain.stroke(path("0,-82 0,82"), width, seam)
            plain.stroke(path("-82,0 82,0"), width, seam)
    plain.oval((-0.32, -0.4), (0.14, 0.09), shade(hide, 0.5))


def draw_guitar(pen: Pen, ground: Colour, colours: Palette, chance: Random) -> None:
    """Draw a guitar."""
    wood = colours.against(ground)
    neck = colours.against(wood)
    string = colours.against(neck)
    pen.box((-0.07, -0.95), (0.07, 0.2), neck)
    pen.shape(path("-12,-125 12,-125 9,-93 -9,-93"), wood)
    for y in (-1.2, -1.1, -1.0):
        for x in (-0.17, 0.17):
            pen.oval((x, y), (0.05, 0.035), string)
    waist = (chance.uniform(0.24, 0.34), 0.32)
    half = [*path("0,-12 30,-14 42,8"), waist, *path("56,55 55,92 20,106")]
    pen.shape(smooth(mirrored(half)), wood)
    plain = pen.plain()
    plain.box((-0.06, -0.15), (0.06, 0.25), neck)
    pen.oval((0.0, 0.32), (0.17, 0.17), colours.against(wood))
    pen.box((-0.2, 0.7), (0.2, 0.78), neck)
    for x in (-0.04, 0.0, 0.04):
        plain.stroke([(x, -0.95), (x, 0.72)], 0.014, string)
    for k in range(7):
        plain.stroke([(-0.07, 0.13 * k - 0.85), (0.07, 0.13 * k - 0.85)], 0.016, string)


def draw_camera(pen: Pen, ground: Colour, colours: Palette, chance: Random) -> None:
    """Draw a camera from the front."""
    case = colours.against(ground)
    grip = colours.against(case)
    lens = colours.against(grip)
    plain, size = pen.plain(), chance.uniform(0.42, 0.54)
    pen.shape(path("-35,-50 -22,-78 22,-78 35,-50"), case)
    pen.box((-0.95, -0.52), (0.95, 0.62), case)
    plain.box((-0.95, -0.3), (0.95, 0.35), grip)
    pen.box((0.55, -0.63), (0.8, -0.5), grip)
    plain.box((-0.82, -0.46), (-0.55, -0.34), colours.against(case))
    pen.oval((0.0, 0.05), (size, size), lens)
    plain.oval((0.0, 0.05), (size * 0.76, size * 0.76), shade(lens, -0.35))
    plain.oval((0.0, 0.05), (size * 0.48, size * 0.48), colours.against(lens))
    plain.oval((-0.1, -0.06), (0.08, 0.08), shade(lens, 0.6))


def draw_umbrella(pen: Pen, ground: Colour, colours: Palette, chance: Random) -> None:
    """Draw an open umbrella."""
    crook = arc((0.15, 0.75), (0.15, 0.18), 0.5, 0.05, 6)
    pen.stroke([(0.0, -0.9), (0.0, 0.75), *crook], 0.07, colours.against(ground))
    one = colours.against(ground)
    cloth = (one, colours.against(one))
    for k in range(6):
        left, right = 0.35 * k - 1.05, 0.35 * k - 0.7
        parts = (1.0, 0.8, 0.55, 0.3)
        fall = [-0.75 + 0.75 * t * t for t in parts]
        up = [(left * t, y) for t, y in zip(parts, fall, strict=True)]
        down = [(right * t, y) for t, y in zip(parts, fall, strict=True)]
        hem = arc(((left + right) / 2, 0.02), (0.175, 0.12), 1.0, 0.5, 5)
        pen.shape([*up, (0.0, -0.77), *reversed(down), *hem], cloth[k % 2])
    pen.plain().stroke(path("0,-92 0,-75"), 0.03 + 0.03 * chance.random(), one)
