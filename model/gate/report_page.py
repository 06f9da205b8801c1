"""`report.html`: the report as one file to look at, what a maintainer wants first at the top.

Everything is inside the file (pictures as small JPEGs, charts as SVG); no script runs, and post text
is escaped. A post stands in an <article> that names it, so that it can be taken out again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files

from jinja2 import Environment, StrictUndefined

from ...schema import TYPES, Record, Release
from ...schema.pages.palette import palette_css
from ...schema.pages.thumbnail import thumbnail
from ..measures.mistakes import NONE
from ..suspects.file import line_of
from ..suspects.find import Suspects
from ..tagging.marked_text import Piece, pieces
from ..tagging.scored_span import ScoredSpan
from . import report_charts as charts
from . import report_text
from .report import Report

MOST_EXAMPLES = 10
MISTAKES = "The worst mistakes"
MOST_RIGHT = 4
MOST_SUSPECTS = 5
THUMBNAIL = 168


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
    rows: Sequence[Sequence[ScoredSpan]],
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
        palette=palette_css(),
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
    release: Release, rows: Sequence[Sequence[ScoredSpan]]
) -> tuple[list[Example], list[Example]]:
    """The worst posts, worst first, and some in which all was right."""
    pairs = list(zip(release.splits["test"], rows, strict=True)) if rows else []
    worst = sorted(pairs, key=lambda pair: -_badness(*pair))[:MOST_EXAMPLES]
    right = [pair for pair in pairs if pair[1] and not _badness(*pair)][:MOST_RIGHT]
    wrong = [_example(release, *pair) for pair in worst if _badness(*pair)]
    return wrong, [_example(release, *pair) for pair in right]


def _badness(record: Record, found: Sequence[ScoredSpan]) -> float:
    """How sure the wrong entities were, and how many were missed."""
    gold = set(record.spans)
    missed = gold - {one.span for one in found}
    return len(missed) + sum(one.score for one in found if one.span not in gold)


def _example(release: Release, record: Record, found: Sequence[ScoredSpan], note: str = "") -> Example:
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
    return [
        found
        for name in record.images
        if (found := thumbnail(release.image_path(name), THUMBNAIL).data_url)
    ]
