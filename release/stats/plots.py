"""Draw the plots of `release stats`: bar charts by split, one SVG file each, from a jinja template.

Bars show shares instead of counts, so that dev and test can be compared with train, which is larger. The
title of each bar, which browsers show as a tooltip, has its value.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Final

from jinja2 import Environment, StrictUndefined

from ...schema import TYPES
from ...schema.files.atomic_write import add_file, refuse_existing, whole_folder
from .stats import Statistics
from .text_stats import Lengths, TextStatistics

WIDTH, HEIGHT, LEFT, TOP, BOTTOM = 720, 360, 56, 44, 64
COLOURS: Final = ("#0072b2", "#e69f00", "#009e73")  # distinct for colour-blind people (Okabe, Ito)
MAX_GROUPS: Final = 16


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart of bars in groups.

    Attributes:
        title: heading of the chart.
        unit: what the percentages are of.
        groups: name of each group.
        series: name of a split to its percentage in each group.
    """

    title: str
    unit: str
    groups: tuple[str, ...]
    series: Mapping[str, tuple[float, ...]]


def charts(counts: Statistics, text: TextStatistics) -> dict[str, Chart]:
    """Return file name to chart: types, images, tokens, entities, unseen names."""
    most = max(max(column.by_images) for column in counts.splits.values())
    tweets, entities = "% of the tweets in the split", "% of the entities in the split"
    held_out = {split: text.splits[split] for split in text.splits if split != "train"}
    return {
        "types.svg": Chart(
            "Entities by type",
            entities,
            TYPES,
            {s: _shares([c.by_type[t] for t in TYPES]) for s, c in counts.splits.items()},
        ),
        "images.svg": Chart(
            "Tweets by number of images",
            tweets,
            tuple(map(str, range(1, most + 1))),
            {
                split: _shares([c.by_images.get(number, 0) for number in range(1, most + 1)])
                for split, c in counts.splits.items()
            },
        ),
        "tokens.svg": _histogram(
            "Tweets by number of tokens", tweets, {s: t.tokens for s, t in text.splits.items()}
        ),
        "entities.svg": _histogram(
            "Tweets by number of entities", tweets, {s: t.by_record for s, t in text.splits.items()}
        ),
        "unseen.svg": Chart(
            "Entities unseen in train",
            "% of the entities of the type",
            TYPES,
            {
                split: tuple(_percent(t.unseen[kind], t.by_type[kind]) for kind in TYPES)
                for split, t in held_out.items()
            },
        ),
    }


def write_plots(out: Path, counts: Statistics, text: TextStatistics) -> list[str]:
    """Draw the charts into the new folder `out` and return the names of the files.

    Raises:
        DataError: `out` exists, or cannot be made.
    """
    refuse_existing(out, "a folder of plots", hint="give another folder to --plots")
    drawn = {name: as_svg(chart) for name, chart in charts(counts, text).items()}
    with whole_folder(out) as partial:
        for name, content in drawn.items():
            add_file(partial / name, content)
    return list(drawn)


def as_svg(chart: Chart) -> str:
    """Return the chart as an SVG file."""
    highest = max((value for values in chart.series.values() for value in values), default=0)
    step = next((s for s in (1, 2, 5, 10, 20) if s * 5 >= highest), 25)
    top = step * max(1, -int(-highest // step))
    scale = (HEIGHT - TOP - BOTTOM) / top
    room = (WIDTH - LEFT - 16) / len(chart.groups)
    marks = [
        {"y": round(HEIGHT - BOTTOM - value * scale, 1), "text": value}
        for value in range(0, top + 1, step)
    ]
    labels = [
        {"x": round(LEFT + (group + 0.5) * room, 1), "text": name}
        for group, name in enumerate(chart.groups)
    ]
    keys = [
        {"x": LEFT + 80 * place, "colour": _colour(series), "text": series}
        for place, series in enumerate(chart.series)
    ]
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, keep_trailing_newline=True
    )
    template = files(__package__).joinpath("bars.svg.jinja").read_text(encoding="utf-8")
    return environment.from_string(template).render(
        **{"chart": chart, "width": WIDTH, "height": HEIGHT, "left": LEFT, "labels": labels},
        **{"bars": _bars(chart, room=room, scale=scale), "marks": marks, "keys": keys},
    )


def _bars(chart: Chart, *, room: float, scale: float) -> list[dict[str, object]]:
    """Return the place, size, colour and tooltip of each bar.

    Args:
        chart: the chart.
        room: width of a group, in pixels.
        scale: height of one percent, in pixels.
    """
    wide = 0.8 * room / len(chart.series)
    return [
        {
            "x": round(LEFT + (group + 0.1) * room + place * wide, 1),
            "y": round(HEIGHT - BOTTOM - values[group] * scale, 1),
            "width": round(wide, 1),
            "height": round(values[group] * scale, 1),
            "colour": _colour(series),
            "text": f"{series}, {name}: {values[group]:.1f} %",
        }
        for group, name in enumerate(chart.groups)
        for place, (series, values) in enumerate(chart.series.items())
    ]


def _colour(series: str) -> str:
    return COLOURS[("train", "dev", "test").index(series)]


def _histogram(title: str, unit: str, measured: Mapping[str, Lengths]) -> Chart:
    """Return a chart with bins of equal width, few enough that their labels can be read."""
    longest = max(lengths.longest for lengths in measured.values())
    wide = next(w for w in (1, 5, 10, 25, 50, 100, longest) if longest < w * MAX_GROUPS)
    bins = range(0, longest + 1, wide)
    return Chart(
        title,
        unit,
        tuple(str(low) if wide == 1 else f"{low}-{low + wide - 1}" for low in bins),
        {
            split: _shares(
                [sum(lengths.counts.get(low + i, 0) for i in range(wide)) for low in bins]
            )
            for split, lengths in measured.items()
        },
    )


def _shares(numbers: list[int]) -> tuple[float, ...]:
    return tuple(_percent(number, sum(numbers)) for number in numbers)


def _percent(part: int, whole: int) -> float:
    return 100 * part / whole if whole else 0.0
