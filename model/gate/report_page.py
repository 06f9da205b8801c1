"""`report.html`: the report as one file to look at, what a maintainer wants first at the top.

Everything is inside the file (pictures as small JPEGs, charts as SVG); no script runs, and post text
is escaped. A post stands in an <article> that names it, so that it can be taken out again.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.resources import files
from io import BytesIO
from itertools import pairwise

from jinja2 import Environment, StrictUndefined
from PIL import Image, ImageOps

from ...schema import TYPES, Record, Release, Span
from ..inputs.picture_features import UNREADABLE
from ..measures.mistakes import NONE
from ..suspects.file import line_of
from ..suspects.find import Suspects
from ..tagging.scored_span import Scored
from . import report_charts as charts
from . import report_text
from .report import Report

MOST_EXAMPLES = 10
MISTAKES = "The worst mistakes"
MOST_RIGHT = 4
MOST_SUSPECTS = 5
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
    """One post of the page. note: what to know of it, "" for nothing."""

    record: Record
    pieces: list[Piece]
    pictures: list[str]
    note: str = ""


def as_html(
    report: Report,
    release: Release,
    rows: Sequence[Sequence[Scored]],
    suspects: Suspects | None = None,
) -> str:
    """The page. rows: what was found in the records of test, by the model that is kept."""
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    template = environment.from_string(
        files(__package__).joinpath("report_page.html.jinja").read_text(encoding="utf-8")
    )
    wrong, right = _examples(release, rows)
    return template.render(
        report=report,
        run=report.run,
        text=report_text,
        curves=charts.curves(report.run.trainings),
        forest=charts.forest(report.ablations),
        size=(charts.WIDTH, charts.HEIGHT, charts.LEFT, charts.BOTTOM),
        columns=(*TYPES, NONE),
        mistakes=MISTAKES,
        groups={MISTAKES: wrong, "Suspected labels": _suspects(release, suspects)},
        right=right,
    )


def _examples(
    release: Release, rows: Sequence[Sequence[Scored]]
) -> tuple[list[Example], list[Example]]:
    """The worst posts, worst first, and some in which all was right."""
    pairs = list(zip(release.splits["test"], rows, strict=True)) if rows else []
    worst = sorted(pairs, key=lambda pair: -_badness(*pair))[:MOST_EXAMPLES]
    right = [pair for pair in pairs if pair[1] and not _badness(*pair)][:MOST_RIGHT]
    wrong = [_example(release, *pair) for pair in worst if _badness(*pair)]
    return wrong, [_example(release, *pair) for pair in right]


def _badness(record: Record, found: Sequence[Scored]) -> float:
    """How sure the wrong entities were, and how many were missed."""
    gold = set(record.spans)
    missed = gold - {one.span for one in found}
    return len(missed) + sum(one.score for one in found if one.span not in gold)


def _example(release: Release, record: Record, found: Sequence[Scored], note: str = "") -> Example:
    predicted = [one.span for one in found]
    sure = [one.score for one in found if one.span not in set(record.spans)]
    if sure and not note:
        note = f"{100 * max(sure):.0f} % sure"
    return Example(record, pieces(record, predicted), _pictures(release, record), note)


def _suspects(release: Release, suspects: Suspects | None) -> list[Example]:
    """The first of suspects.html, with what is suggested as the prediction."""
    shown = []
    for one in suspects.ranked[:MOST_SUSPECTS] if suspects else ():
        meant = one.doubt.suggested or one.doubt.gold
        cut = pieces(one.record, [meant] if meant else [])
        shown.append(Example(one.record, cut, _pictures(release, one.record), line_of(one).reason))
    return shown


def _pictures(release: Release, record: Record) -> list[str]:
    return [found for name in record.images if (found := thumbnail(release, name))]


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
