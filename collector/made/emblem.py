"""Draw invented brands: badges, app icons, shop signs, crests and logos.

Their letters are random strokes that look like letters and spell nothing.
"""

from __future__ import annotations

from random import Random

from .colour import Colour, Palette, shade
from .pen import Pen, Point, Points, arc, mirrored, oval, path, rounded, smooth, star

_STROKES: tuple[Points, ...] = (
    path("-50,-100 -50,100"),
    path("50,-100 50,100"),
    path("-50,-100 50,-100"),
    path("-50,100 50,100"),
    path("-50,0 50,0"),
    path("-50,100 50,-100"),
    path("-50,-100 50,100"),
    tuple(arc((-0.5, 0.5), (1.0, 0.5), 0.75, 1.25, 8)),
    tuple(arc((-0.5, -0.5), (1.0, 0.5), 0.75, 1.25, 8)),
    tuple(arc((0.5, 0.0), (1.0, 1.0), 0.25, 0.75, 8)),
)
_SHIELD = path("0,-92 50,-86 88,-92 85,16 42,77 0,105")


def draw_emblem(pen: Pen, ground: Colour, colours: Palette, chance: Random) -> None:
    """Draw the mark of a brand around (0, 0); `ground` is the colour behind it."""
    draw = chance.choice((_badge, _icon, _sign, _logo, _crest))
    draw(pen, ground, colours, chance)


def _letters(pen: Pen, at: Point, size: Point, count: int, ink: Colour, chance: Random) -> None:
    """Draw a row of invented letters in a box; `size` is half its width and height."""
    half, tall = size
    pitch = 2 * half / count
    plain, width = pen.plain(), min(0.25 * pitch, tall * 0.55)
    for k in range(count):
        x = at[0] - half + pitch * (k + 0.5)
        for stroke in chance.sample(_STROKES, chance.choice((2, 3, 3))):
            points = [(x + a * pitch * 0.62, at[1] + b * tall) for a, b in stroke]
            plain.stroke(points, width, ink)


def _glyph(pen: Pen, at: Point, size: float, ink: Colour, back: Colour, chance: Random) -> None:
    """Draw a symbol: a star, petals, chevrons, rings, a bolt, a crown, bars, blades or a letter."""
    pen = pen.inside(at, size)
    kind = chance.randrange(9)
    if kind == 0:
        pen.shape(star(chance.randint(4, 8), chance.uniform(0.35, 0.6)), ink)
    elif kind == 1:
        count, wide = chance.randint(3, 8), chance.uniform(0.16, 0.3)
        for k in range(count):
            pen.inside((0.0, 0.0), 1.0, k / count).oval((0.0, -0.55), (wide, 0.45), ink)
    elif kind == 2:
        for y in (-0.6, -0.05, 0.5):
            pen.inside((0.0, y), 1.0).shape(path("-90,20 0,-35 90,20 90,50 0,-5 -90,50"), ink)
    elif kind == 3:
        for k, radius in enumerate((1.0, 0.74, 0.48, 0.22)):
            pen.oval((0.0, 0.0), (radius, radius), (ink, back)[k % 2])
    elif kind == 4:
        pen.shape(path("20,-100 -60,15 -5,15 -25,100 60,-20 5,-20"), ink)
    elif kind == 5:
        pen.shape(path("-90,70 -100,-50 -45,0 0,-85 45,0 100,-50 90,70"), ink)
    elif kind == 6:
        for x in (-0.75, -0.25, 0.25, 0.75):
            pen.box((x - 0.18, chance.uniform(-0.9, 0.4)), (x + 0.18, 0.9), ink)
    elif kind == 7:
        count = chance.randint(3, 6)
        for k in range(count):
            pen.inside((0.0, 0.0), 1.0, k / count).shape(path("0,0 0,-100 75,-65"), ink)
    else:
        _letters(pen, (0.0, 0.0), (0.75, 0.8), 1, ink, chance)


def _plate(chance: Random) -> Points:
    """Return the outline of a badge: a disc, polygon, seal, shield, diamond or rounded square."""
    kind = chance.randrange(6)
    if kind == 0:
        return oval((0.0, 0.0), (1.0, 1.0))
    if kind == 1:
        return star(chance.choice((5, 6, 8)))
    if kind == 2:
        return star(chance.randint(14, 24), 0.88)
    if kind == 3:
        return smooth(mirrored(_SHIELD))
    if kind == 4:
        return path("0,-105 105,0 0,105 -105,0")
    return rounded(0.92, 0.25)


def _badge(pen: Pen, ground: Colour, colours: Palette, chance: Random) -> None:
    plate, size = _plate(chance), chance.uniform(0.72, 0.85)
    rim = colours.against(ground)
    field = colours.against(rim)
    pen.inside((0.0, 0.0), size).shape(plate, rim)
    pen.inside((0.0, 0.0), size * 0.86).shape(plate, field)
    if chance.random() < 0.5:
        pen.plain().inside((0.0, 0.0), size * 0.8).shape(plate, rim)
        pen.plain().inside((0.0, 0.0), size * 0.76).shape(plate, field)
    ink = colours.against(field)
    if chance.random() < 0.5:
        _glyph(pen, (0.0, -0.2 * size), size * 0.32, ink, field, chance)
        box = (0.5 * size, 0.15 * size)
        _letters(pen, (0.0, 0.36 * size), box, chance.randint(3, 5), ink, chance)
    else:
        _glyph(pen, (0.0, 0.0), size * 0.5, ink, field, chance)
        below = colours.against(ground, 0.4)
        _letters(pen, (0.0, size * 1.28), (0.95, 0.15), chance.randint(5, 8), below, chance)


def _icon(pen: Pen, ground: Colour, colours: Palette, chance: Random) -> None:
    """Draw the icon of an app, a rounded square with a symbol, and its name below."""
    tile, size = colours.against(ground), chance.uniform(0.6, 0.75)
    square, plain = rounded(size, size * chance.uniform(0.3, 0.5)), pen.plain()
    plain.inside((0.05, 0.08), 1.0).shape(square, shade(ground, -0.35))
    pen.shape(square, tile)
    if chance.random() < 0.5:
        plain.shape([(x, max(y, 0.0)) for x, y in square], shade(tile, -0.14))
    _glyph(pen, (0.0, 0.0), size * 0.58, colours.against(tile), tile, chance)
    below = colours.against(ground, 0.4)
    _letters(pen, (0.0, size + 0.28), (0.85, 0.13), chance.randint(4, 8), below, chance)


def _sign(pen: Pen, ground: Colour, colours: Palette, chance: Random) -> None:
    """Draw the board of a shop with lettering, hanging or on posts, sometimes with an awning."""
    board, post = colours.against(ground), colours.against(ground)
    half, tall = chance.uniform(0.95, 1.15), chance.uniform(0.36, 0.52)
    up = chance.choice((-1, 1))
    for x in (-half * 0.72, half * 0.72):
        pen.stroke([(x, up * 2.6), (x, up * tall)], 0.05 if up < 0 else 0.1, post)
    pen.box((-half, -tall), (half, tall), board)
    edge, ink, plain = colours.against(board, 0.2), colours.against(board), pen.plain()
    x, y = half - 0.06, tall - 0.06
    plain.stroke([(-x, -y), (x, -y), (x, y), (-x, y), (-x, -y)], 0.035, edge)
    if chance.random() < 0.6:
        _glyph(pen, (tall * 0.95 - half, 0.0), tall * 0.58, ink, board, chance)
        box = (half - tall * 1.1, tall * 0.4)
        _letters(pen, (tall * 0.8, 0.0), box, chance.randint(4, 6), ink, chance)
    else:
        box = (half * 0.82, tall * 0.45)
        _letters(pen, (0.0, -0.04), box, chance.randint(5, 8), ink, chance)
        plain.stroke([(-half * 0.6, tall * 0.68), (half * 0.6, tall * 0.68)], 0.04, edge)
    if chance.random() < 0.4:
        one = colours.against(ground)
        cloth, pitch = (one, colours.against(one)), half / 4
        for k in range(8):
            x = pitch * k - half
            hem = arc((x + pitch / 2, tall + 0.28), (pitch / 2, 0.1), 0.0, 0.5, 5)
            plain.shape([(x, tall), (x + pitch, tall), *hem], cloth[k % 2])


def _logo(pen: Pen, ground: Colour, colours: Palette, chance: Random) -> None:
    """Draw a symbol without a plate, above or beside its lettering."""
    ink, second = colours.against(ground, 0.35), colours.against(ground, 0.35)
    if chance.random() < 0.5:
        _glyph(pen, (0.0, -0.3), 0.52, ink, ground, chance)
        box = (chance.uniform(0.7, 0.95), 0.17)
        _letters(pen, (0.0, 0.52), box, chance.randint(4, 7), second, chance)
        pen.plain().stroke(path("-60,85 60,85"), 0.04, ink)
    else:
        _glyph(pen, (-0.72, 0.0), 0.36, ink, ground, chance)
        _letters(pen, (0.4, 0.0), (0.66, 0.27), chance.randint(3, 5), second, chance)


def _crest(pen: Pen, ground: Colour, colours: Palette, chance: Random) -> None:
    """Draw the crest of a club: a divided shield or disc with a ribbon of lettering."""
    is_shield = chance.random() < 0.6
    outline = smooth(mirrored(_SHIELD)) if is_shield else oval((0.0, 0.0), (0.9, 0.9))
    one = colours.against(ground)
    two, plain = colours.against(one), pen.plain()
    pen.inside((0.0, 0.0), 1.07).shape(outline, two)
    plain.shape(outline, one)
    parts = chance.randrange(3)
    if parts == 0:
        plain.shape([(max(x, 0.0), y) for x, y in outline], two)
    elif parts == 1:
        for x, low in ((-0.54, 0.5), (0.0, 0.85), (0.54, 0.5)):
            plain.box((x - 0.13, -0.7), (x + 0.13, low), two)
    else:
        plain.shape([(x, min(y, -0.15)) for x, y in outline], two)
    field = colours.against(two)
    pen.oval((0.0, -0.32), (0.4, 0.4), field)
    _glyph(pen, (0.0, -0.32), 0.27, two, field, chance)
    ribbon, y = colours.against(one), chance.uniform(0.2, 0.35)
    tail = path("80,-6 120,-6 108,12 120,30 80,30")
    for side in (-1, 1):
        pen.inside((0.0, y), 1.0).shape([(side * a, b) for a, b in tail], shade(ribbon, -0.25))
    pen.box((-0.98, y - 0.15), (0.98, y + 0.21), ribbon)
    box, ink = (0.8, 0.11), colours.against(ribbon, 0.4)
    _letters(pen, (0.0, y + 0.03), box, chance.randint(5, 8), ink, chance)
