"""Draw one made picture of an entity type and encode it as JPEG.

`person.py`, `place.py`, `emblem.py` or `thing.py` draws the subject. Everything else is drawn in the same way
for every type: shape, colours, background, confetti, an obstruction, light, grain and frame. The same random
state gives the same bytes if Pillow and its JPEG library are the same. Pictures do not depend on posts or
names and contain no words.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from random import Random
from typing import Final

from PIL import Image, ImageChops, ImageFilter

from ...schema import EntityType
from .colour import Colour, Palette, shade
from .emblem import draw_emblem
from .pen import Pen, path, smooth, star
from .person import draw_person
from .place import draw_place
from .thing import draw_thing

LONG_SIDE: Final = 256
_FINER: Final = 2  # drawn this much larger and then averaged, for smooth edges
_SHAPES: Final = ((1, 1), (4, 3), (3, 4), (3, 2), (2, 3), (16, 9), (5, 4), (4, 5))
_DRAW: Final[dict[EntityType, Callable[[Pen, Colour, Palette, Random], None]]] = {
    "PER": draw_person,
    "LOC": draw_place,
    "ORG": draw_emblem,
    "MISC": draw_thing,
}


def draw_picture(kind: EntityType, chance: Random) -> bytes:
    """Return a JPEG whose long side is between 3/4 of `LONG_SIDE` and `LONG_SIDE`."""
    file = io.BytesIO()
    _paint(kind, chance).save(file, "JPEG", quality=chance.randint(72, 92))
    return file.getvalue()


def _paint(kind: EntityType, chance: Random) -> Image.Image:
    wide, high = chance.choice(_SHAPES)
    long_side = _FINER * chance.randint(LONG_SIDE * 3 // 4, LONG_SIDE) / max(wide, high)
    colours = Palette(chance)
    ground = colours.any()
    image = Image.new("RGB", (round(wide * long_side), round(high * long_side)), ground)
    _pattern(image, ground, colours, chance)
    if kind == "LOC":
        unit = min(image.size) / 2 * chance.uniform(0.9, 1.25)
        spare = [0.06 * min(image.size)] * 2
        most_turn = 0.015
    else:
        unit = min(image.size) / 2 * chance.uniform(0.68, 0.95)
        spare = [edge / 2 - 0.92 * unit for edge in image.size]
        most_turn = 0.03
        _confetti(image, ground, colours, chance)
    x, y = (e / 2 + s * chance.uniform(-1, 1) for e, s in zip(image.size, spare, strict=True))
    pen = Pen.on(
        image,
        at=(x, y),
        unit=unit,
        turn=chance.uniform(-most_turn, most_turn),
        slant=chance.uniform(-0.15, 0.15),
        flip=chance.random() < 0.5,
        ink=colours.against(ground, 0.4) if chance.random() < 0.35 else None,
    )
    _DRAW[kind](pen, ground, colours, chance)
    if chance.random() < 0.4:
        _confetti(image, ground, colours, chance)
    if chance.random() < 0.35:
        _in_the_way(image, colours.any(), chance)
    return _framed(_grained(_lit(image.reduce(_FINER), chance), chance), chance)


def _pattern(image: Image.Image, ground: Colour, colours: Palette, chance: Random) -> None:
    """Draw the background: plain, shaded, striped, dotted, checked, rays, or wall and table."""
    width, height = image.size
    unit, turn = max(width, height) / 2, chance.random()
    pen = Pen.on(image, at=(width / 2, height / 2), unit=unit, turn=turn)
    second = shade(ground, chance.choice((-1, 1)) * chance.uniform(0.08, 0.3))
    kind, step = chance.randrange(7), chance.uniform(0.12, 0.3)
    cells = range(-round(1.5 / step), round(1.5 / step) + 1)
    if kind == 1:
        for k in range(-6, 7):
            pen.box((-1.5, k / 4), (1.5, k / 4 + 0.3), shade(ground, k * 0.04))
    elif kind == 2:
        for k in cells:
            pen.box((2 * k * step, -1.5), ((2 * k + 1) * step, 1.5), second)
    elif kind == 3:
        for row in cells:
            for column in cells:
                pen.oval((column * step, row * step), (step * 0.25, step * 0.25), second)
    elif kind == 4:
        for row in cells:
            for column in cells[row % 2 :: 2]:
                x, y = column * step, row * step
                pen.box((x, y), (x + step, y + step), second)
    elif kind == 5:
        for k in range(12):
            pen.inside((0.0, 0.0), 1.6, k / 12).shape(path("0,0 -13,-100 13,-100"), second)
    elif kind == 6:
        flat = Pen.on(
            image, at=(width / 2, height / 2), unit=unit, turn=chance.uniform(-0.02, 0.02)
        )
        flat.box((-1.5, chance.uniform(-0.2, 0.7)), (1.5, 1.5), colours.against(ground, 0.12))


def _confetti(image: Image.Image, ground: Colour, colours: Palette, chance: Random) -> None:
    """Draw up to seven small shapes."""
    width, height = image.size
    for _ in range(chance.randrange(8)):
        at = (width * chance.random(), height * chance.random())
        unit = min(width, height) * chance.uniform(0.015, 0.055)
        pen = Pen.on(image, at=at, unit=unit, turn=chance.random())
        colour, kind = colours.against(ground, 0.15), chance.randrange(5)
        if kind == 0:
            pen.oval((0.0, 0.0), (1.0, 1.0), colour)
        elif kind == 1:
            pen.stroke(path("-150,0 0,40 150,0"), 0.5, colour)
        elif kind == 2:
            pen.shape(smooth(path("-150,0 0,-70 150,0 0,70")), colour)
        else:
            pen.shape(star(3) if kind == 3 else star(4, 0.35), colour)


def _in_the_way(image: Image.Image, colour: Colour, chance: Random) -> None:
    """Draw something large and round that covers a corner."""
    corner = (chance.choice((0, image.width)), chance.choice((0, image.height)))
    unit = min(image.size) * chance.uniform(0.15, 0.28)
    blob = [(x * chance.uniform(0.6, 1.1), y * chance.uniform(0.6, 1.1)) for x, y in star(8)]
    Pen.on(image, at=corner, unit=unit, turn=chance.random()).shape(smooth(blob), colour)


def _lit(image: Image.Image, chance: Random) -> Image.Image:
    """Return the image in uneven light."""
    lamps = Image.frombytes("L", (3, 3), bytes(chance.randint(75, 180) for _ in range(9)))
    light = lamps.resize(image.size, Image.Resampling.BICUBIC)
    return ImageChops.overlay(image, Image.merge("RGB", (light, light, light)))


def _grained(image: Image.Image, chance: Random) -> Image.Image:
    """Return the image out of focus (15 %) and with the grain of paper or film (50 %)."""
    if chance.random() < 0.15:
        image = image.filter(ImageFilter.BoxBlur(chance.uniform(0.4, 0.8)))
    if chance.random() < 0.5:
        coarse, strength = chance.choice((1, 1, 2)), chance.randint(6, 20)
        size = (image.width // coarse + 1, image.height // coarse + 1)
        noise = Image.frombytes("L", size, chance.randbytes(size[0] * size[1]))
        noise = noise.point([128 + (level - 128) * strength // 128 for level in range(256)])
        noise = noise.resize(image.size, Image.Resampling.NEAREST)
        image = ImageChops.add(image, Image.merge("RGB", (noise, noise, noise)), 1, -128)
    return image


def _framed(image: Image.Image, chance: Random) -> Image.Image:
    """Return the image with the border of an old print (12 %)."""
    if chance.random() < 0.12:
        edge, level = round(min(image.size) * chance.uniform(0.03, 0.06)), chance.choice((12, 245))
        inner = image.crop((edge, edge, image.width - edge, image.height - edge))
        image = Image.new("RGB", image.size, (level, level, level))
        image.paste(inner, (edge, edge))
    return image
