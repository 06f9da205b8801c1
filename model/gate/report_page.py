"""`report.html`: the report as one HTML file, with what a maintainer needs first at the top.

The file contains everything (pictures as small JPEGs, charts as SVG), runs no script, and escapes the text of
posts. Each post is in an <article> that has its id, so that a withdrawal can take it out again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files

from jinja2 import Environment, StrictUndefined

from ...schema import TYPES, Record, Release
from ...schema.pages.palette import palette_css
from ...schema.pages.thumbnail import thumbnail
from ...schema.removed_posts import RemovedPosts
from ..measures.mistakes import NONE
from ..suspects.file import suspect_line
from ..suspects.find import Suspects
from ..tagging.marked_text import Piece, pieces
from ..tagging.scored_span import ScoredSpan
from . import report_charts as charts
from . import report_text
from .report import Report

MAX_EXAMPLES = 10
MISTAKES = "The worst mistakes"
MAX_RIGHT = 4
MAX_SUSPECTS = 5
THUMBNAIL = 168


@dataclass(frozen=True, slots=True)
class Example:
    """One post on the page.

    Attributes:
        record: the post.
        pieces: its text, cut at the edges of entities.
        pictures: its pictures, as data addresses.
        note: a remark, "" for none.
    """

    record: Record
    pieces: list[Piece]
    pictures: list[str]
    note: str = ""


def as_html(
    report: Report,
    release: Release,
    predicted: Sequence[Sequence[ScoredSpan]],
    suspects: Suspects | None,
    removed: RemovedPosts,
) -> str:
    """Return the page.

    Args:
        report: the data.
        release: the release, for texts and pictures of examples.
        predicted: entities of the test records, predicted by the model that is kept.
        suspects: label suspects, None if they were not searched.
        removed: posts that must not be shown.
    """
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    template = environment.from_string(
        files(__package__).joinpath("report_page.html.jinja").read_text(encoding="utf-8")
    )
    wrong, right = _examples(release, predicted, removed)
    doubted = suspects.without(removed) if suspects else None
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
        groups={MISTAKES: wrong, "Suspected labels": _suspects(release, doubted)},
        right=right,
    )


def _examples(
    release: Release, predicted: Sequence[Sequence[ScoredSpan]], removed: RemovedPosts
) -> tuple[list[Example], list[Example]]:
    """Return the worst posts, worst first, and some posts in which everything is right."""
    rows = zip(release.splits["test"], predicted, strict=True) if predicted else ()
    pairs = [(record, found) for record, found in rows if not removed.has(record)]
    worst = sorted(pairs, key=lambda pair: -_badness(*pair))[:MAX_EXAMPLES]
    right = [pair for pair in pairs if pair[1] and not _badness(*pair)][:MAX_RIGHT]
    wrong = [_example(release, *pair) for pair in worst if _badness(*pair)]
    return wrong, [_example(release, *pair) for pair in right]


def _badness(record: Record, found: Sequence[ScoredSpan]) -> float:
    """Return the number of missed entities plus the probabilities of the wrong ones."""
    gold = set(record.spans)
    missed = gold - {one.span for one in found}
    return len(missed) + sum(one.score for one in found if one.span not in gold)


def _example(release: Release, record: Record, found: Sequence[ScoredSpan]) -> Example:
    wrong = [one.score for one in found if one.span not in set(record.spans)]
    note = f"{100 * max(wrong):.0f} % sure" if wrong else ""
    cut = pieces(record, [one.span for one in found])
    return Example(record, cut, _pictures(release, record), note)


def _suspects(release: Release, suspects: Suspects | None) -> list[Example]:
    """Return the first suspects of suspects.html, with the suggestion in place of the prediction."""
    examples = []
    for one in suspects.ranked[:MAX_SUSPECTS] if suspects else ():
        shown = one.doubt.suggested or one.doubt.gold
        cut = pieces(one.record, [shown] if shown else [])
        note = suspect_line(one).reason
        examples.append(Example(one.record, cut, _pictures(release, one.record), note))
    return examples


def _pictures(release: Release, record: Record) -> list[str]:
    return [
        address
        for name in record.images
        if (address := thumbnail(release.image_path(name), THUMBNAIL).data_url)
    ]
