"""Draw people: portraits, close-ups of faces, pairs, and whole figures in motion.

Skin has any hue, but never a lightness at which a face would look like a mask: no real person is portrayed
and no group is caricatured. Heads are drawn in units of half their width.
"""

from __future__ import annotations

from random import Random

from .colour import Colour, Palette, lightness_of, shade
from .pen import Pen, Point, arc, mirrored, oval, path, ray, smooth


def draw_person(pen: Pen, ground: Colour, colours: Palette, chance: Random) -> None:
    """Draw one or two people around (0, 0); `ground` is the colour behind them."""
    kind = chance.choices(("portrait", "close-up", "pair", "figure"), (4, 2, 2, 4))[0]
    if kind == "portrait":
        _bust(pen, _skin(ground, colours), colours, chance)
    elif kind == "close-up":
        _bust(pen.inside((0.0, 0.25), 1.55), _skin(ground, colours), colours, chance)
    elif kind == "pair":
        for side in (-1, 1):
            at = (side * chance.uniform(0.46, 0.6), chance.uniform(-0.15, 0.2))
            one = pen.inside(at, chance.uniform(0.6, 0.85))
            _bust(one, _skin(ground, colours), colours, chance)
    else:
        _figure(pen, ground, colours, chance)


def _skin(ground: Colour, colours: Palette) -> Colour:
    return colours.colour(min(max(lightness_of(colours.against(ground)), 0.38), 0.74))


def _bust(pen: Pen, skin: Colour, colours: Palette, chance: Random) -> None:
    """Draw head and shoulders; the body continues below the frame."""
    hair, shirt = colours.against(skin), colours.against(skin)
    if chance.random() < 0.4:  # long hair
        side, fall = chance.uniform(0.42, 0.56), chance.uniform(0.1, 0.6)
        ends = [(side, -0.35), (side + 0.04, fall), (0.2, fall + 0.06)]
        pen.shape(smooth(mirrored([*path("0,-78 30,-74"), *ends])), hair)
    broad, neck = chance.uniform(0.62, 0.92), chance.uniform(0.13, 0.19)
    shoulders = [(neck, 0.32), (neck + 0.04, 0.42), (broad * 0.8, 0.5), (broad, 0.68)]
    pen.shape(mirrored([(0.0, 0.3), *shoulders, (broad + 0.1, 4.5)]), shirt)
    pen.shape(mirrored([(0.0, 0.1), (neck, 0.1), (neck, 0.4), (0.0, 0.5)]), shade(skin, -0.12))
    _collar(pen, colours.against(shirt), chance)
    _head(pen.inside((0.0, -0.2), 0.42), skin, hair, colours, chance)


def _collar(pen: Pen, colour: Colour, chance: Random) -> None:
    kind = chance.randrange(6)
    if kind == 0:  # lapels
        lapel = path("16,36 34,62 0,95 2,55")
        for side in (-1, 1):
            pen.shape([(side * x, y) for x, y in lapel], colour)
    elif kind == 1:  # a tie
        pen.shape(path("-7,47 7,47 4,58 10,110 0,125 -10,110 -4,58"), colour)
    elif kind == 2:  # a necklace
        pen.stroke(arc((0.0, 0.38), (0.24, 0.3), 0.02, 0.48), 0.05, colour)


def _head(pen: Pen, skin: Colour, hair: Colour, colours: Palette, chance: Random) -> None:
    """Draw a head around (0, 0) with ears, a face, and hair or a hat."""
    wide, tall, jaw = (
        chance.uniform(0.82, 1.0),
        chance.uniform(1.08, 1.25),
        chance.uniform(0.55, 0.85),
    )
    for side in (-1, 1):
        pen.oval((side * wide * 0.98, 0.05), (0.16, 0.24), shade(skin, -0.08))
    top = [(0.0, -tall), (wide * 0.8, -tall * 0.95), (wide * 1.08, -0.2), (wide, 0.35 * tall)]
    outline = smooth(mirrored([*top, (wide * jaw, 0.85 * tall), (wide * 0.2, tall * 1.06)]))
    pen.shape(outline, skin)
    if chance.random() < 0.5:  # one side in shade
        half = [(max(x, wide * 0.45), y) for x, y in outline]
        pen.plain().shape(half, shade(skin, chance.choice((-0.14, 0.14))))
    _face(pen, skin, hair, colours, chance)
    style = chance.randrange(5)
    if style < 3:
        _hair(pen, hair, (wide, tall), chance, is_curly=style == 2)
    elif style == 3:
        _hat(pen, colours.against(skin), (wide, tall), colours, chance)


def _hair(pen: Pen, hair: Colour, size: Point, chance: Random, *, is_curly: bool) -> None:
    wide, tall = size
    low, parting = -tall * chance.uniform(0.3, 0.62), wide * chance.uniform(-0.7, 0.7)
    crown = arc((0.0, -0.1), (wide * 1.1, tall * chance.uniform(1.05, 1.3)), 0.5, 1.0)
    pen.shape([*crown, (wide, low + 0.28), (parting, low), (-wide, low + 0.28)], hair)
    if is_curly:
        for at in arc((0.0, -0.2), (1.02 * wide, tall), 0.5, 1.0, 6):
            pen.oval(at, (0.32, 0.32), hair)


def _face(pen: Pen, skin: Colour, hair: Colour, colours: Palette, chance: Random) -> None:
    pen = pen.plain()
    dark, white = colours.colour(chance.uniform(0.06, 0.16)), colours.colour(0.95)
    if has_beard := chance.random() < 0.25:
        pen.shape(smooth(mirrored(path("0,38 50,30 86,10 86,60 50,108 0,122"))), hair)
    has_glasses = chance.random() < 0.28
    gap, high, wide = (
        chance.uniform(0.34, 0.44),
        chance.uniform(-0.16, 0.02),
        chance.uniform(0.13, 0.21),
    )
    look, lift = chance.uniform(-0.35, 0.35) * wide, chance.uniform(0.26, 0.4)
    for side in (-1, 1):
        x = side * gap
        pen.oval((x, high), (wide * 1.25, wide * 0.85), white)
        pen.oval((x + look, high), (wide * 0.6, wide * 0.7), dark)
        brow = high - lift
        pen.stroke([(x - side * 0.2, brow), (x + side * 0.2, brow + 0.06)], 0.07, hair)
        if has_glasses:
            pen.stroke(oval((x, high), (0.31, 0.28)), 0.06, dark)
    if has_glasses:
        pen.stroke([(0.3 - gap, high), (gap - 0.3, high)], 0.06, dark)
    nose = chance.choice((-0.11, 0.11))
    pen.stroke([(0.0, high + 0.1), (nose, 0.34), (0.0, 0.38)], 0.05, shade(skin, -0.35))
    lips, breadth = (
        colours.against(hair) if has_beard else shade(skin, -0.5),
        chance.uniform(0.2, 0.34),
    )
    if chance.random() < 0.5:  # a laugh with teeth
        pen.shape(arc((0.0, 0.5), (breadth, chance.uniform(0.15, 0.3)), 0.0, 0.5), white)
        pen.stroke(arc((0.0, 0.5), (breadth, 0.03), 0.0, 0.5), 0.05, lips)
    else:
        pen.stroke(arc((0.0, 0.49), (breadth, chance.uniform(0.06, 0.2)), 0.05, 0.45), 0.08, lips)


def _hat(pen: Pen, felt: Colour, size: Point, colours: Palette, chance: Random) -> None:
    wide, tall = size
    brim, band = -tall * 0.5, colours.against(felt, 0.2)
    kind = chance.randrange(3)
    if kind == 0:  # a cap
        pen.shape(arc((0.0, brim), (wide * 1.12, tall * 0.75), 0.5, 1.0), felt)
        pen.stroke([(0.0, brim), (wide * 1.6, brim + 0.08)], tall * 0.13, felt)
    elif kind == 1:  # a brimmed hat
        top = brim - tall * 0.85
        pen.shape(mirrored([(0.0, top), (wide * 0.7, top), (wide * 0.85, brim)]), felt)
        low, high = brim - tall * 0.02, brim - tall * 0.22
        pen.plain().box((-wide * 0.84, high), (wide * 0.84, low), band)
        pen.oval((0.0, brim), (wide * 1.6, tall * 0.13), felt)
    else:  # a knitted hat
        pen.shape(arc((0.0, brim), (wide * 1.1, tall * 0.85), 0.5, 1.0), felt)
        pen.stroke([(-wide, brim), (wide, brim)], tall * 0.24, band)
        pen.oval((0.0, brim - tall * 0.9), (wide * 0.3, wide * 0.3), band)


def _figure(pen: Pen, ground: Colour, colours: Palette, chance: Random) -> None:
    """Draw a whole person with a large head: standing, walking or running, with arms up or out."""
    skin = _skin(ground, colours)
    shirt = colours.apart(ground, skin)
    trousers, shoes = colours.apart(ground, skin, shirt), colours.against(ground)
    stride, thick = chance.choice((0.02, 0.04, 0.075, 0.105)), chance.uniform(0.14, 0.2)
    for side in (-1, 1):
        hip, swing = (side * 0.08, 0.28), side * stride + chance.uniform(-0.015, 0.015)
        knee = ray(hip, swing, 0.34)
        foot = ray(knee, swing - chance.uniform(0.0, 1.2) * stride, 0.34)
        pen.stroke([hip, knee, foot], thick, trousers)
        pen.stroke([foot, (foot[0] + 0.14, foot[1] + 0.02)], thick * 0.8, shoes)
    neck = chance.uniform(-0.05, 0.05)
    raised = chance.choice((0.06, 0.1, 0.25, 0.4, 0.43))
    for side in (-1, 1):
        shoulder, angle = (neck + side * 0.19, -0.16), side * (raised + chance.uniform(-0.05, 0.05))
        elbow = ray(shoulder, angle, 0.28)
        hand = ray(elbow, angle + side * chance.uniform(-0.03, 0.14), 0.28)
        pen.stroke([elbow, hand], thick * 0.6, skin)
        pen.stroke([shoulder, elbow], thick * 0.75, shirt)
        pen.oval(hand, (thick * 0.42, thick * 0.42), skin)
    pen.stroke([(neck, -0.34), (neck, -0.22)], 0.14, skin)
    collar = [(neck - 0.24, -0.2), (neck - 0.1, -0.26), (neck + 0.1, -0.26), (neck + 0.24, -0.2)]
    if chance.random() < 0.35:  # a dress or a coat
        flare = chance.uniform(0.3, 0.42)
        pen.shape([*collar, (0.17, 0.15), (flare, 0.58), (-flare, 0.58), (-0.17, 0.15)], shirt)
    else:
        pen.shape([*collar, (0.19, 0.34), (-0.19, 0.34)], shirt)
    head = pen.inside((neck, -0.58), chance.uniform(0.27, 0.34))
    _head(head, skin, colours.against(skin), colours, chance)
