"""`report.html`: the report as one file to look at, with posts that the system got wrong and right.

Everything is inside the file (pictures as small JPEGs); no script runs, and post text is escaped.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.resources import files
from io import BytesIO
from itertools import islice, pairwise

from jinja2 import Environment, StrictUndefined
from PIL import Image, ImageOps

from ..schema import Record, Release, Span
from .features import UNREADABLE
from .report import Report

MOST_EXAMPLES = 8
THUMBNAIL = 168


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a text, the gap after it, and what gold and the prediction say of it ("": nothing)."""

    text: str
    gap: str
    gold: str = ""
    predicted: str = ""


@dataclass(frozen=True, slots=True)
class Example:
    """One post of the page."""

    record: Record
    pieces: list[Piece]
    pictures: list[str]


def as_html(
    report: Report, release: Release, predictions: Iterable[tuple[Record, list[Span]]]
) -> str:
    """The page. `predictions`: records of test with their predicted entities, in tokens."""
    pairs = list(predictions)
    wrong = (pair for pair in pairs if set(pair[0].spans) != set(pair[1]))
    right = (pair for pair in pairs if pair[1] and set(pair[0].spans) == set(pair[1]))
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    template = environment.from_string(
        files(__package__).joinpath("report.html.jinja").read_text(encoding="utf-8")
    )
    return template.render(
        report=report,
        run=report.run,
        groups={
            "Posts it got wrong": [
                _example(release, *pair) for pair in islice(wrong, MOST_EXAMPLES)
            ],
            "Posts it got right": [
                _example(release, *pair) for pair in islice(right, MOST_EXAMPLES)
            ],
        },
    )


def _example(release: Release, record: Record, predicted: list[Span]) -> Example:
    pictures = [thumbnail(release, name) for name in record.images]
    return Example(record, pieces(record, predicted), [picture for picture in pictures if picture])


def pieces(record: Record, predicted: Sequence[Span]) -> list[Piece]:
    """The text cut wherever an entity of gold or of the prediction begins or ends."""
    cuts = {0, len(record.text)}
    for span in (*record.spans, *predicted):
        cuts |= {span.start, span.end}
    edges = sorted(cuts)
    return [
        Piece(
            *_surface(record, start, end),
            _type_at(record.spans, start),
            _type_at(predicted, start),
        )
        for start, end in pairwise(edges)
    ]


def _surface(record: Record, start: int, end: int) -> tuple[str, str]:
    """The text of these tokens, and what stands between it and the next token."""
    if record.raw is None or record.offsets is None:
        return " ".join(record.text[start:end]), " "
    stop = record.offsets[end - 1][1]
    following = record.offsets[end][0] if end < len(record.offsets) else len(record.raw)
    return record.raw[record.offsets[start][0] : stop], record.raw[stop:following]


def _type_at(spans: Iterable[Span], token: int) -> str:
    return next((span.type for span in spans if span.start <= token < span.end), "")


def thumbnail(release: Release, name: str) -> str:
    """A picture as a data address, or "" where it cannot be read."""
    try:
        with Image.open(release.image_path(name)) as image:
            small = ImageOps.exif_transpose(image).convert("RGB")
            small.thumbnail((THUMBNAIL, THUMBNAIL))
    except UNREADABLE:
        return ""
    content = BytesIO()
    small.save(content, "JPEG", quality=80)
    return "data:image/jpeg;base64," + base64.b64encode(content.getvalue()).decode("ascii")
