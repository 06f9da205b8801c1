"""Positions in the charts of the report page, in SVG units or in percent of the width.

The template draws the charts, and chooses colours and words.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from ..measures.image_views import Ablation
from .report import Training

WIDTH: Final = 640
HEIGHT: Final = 220
LEFT: Final = 36
BOTTOM: Final = 24


@dataclass(frozen=True, slots=True)
class Curve:
    """The curve of one training.

    Attributes:
        training: the training.
        points: its points, in the format of SVG.
        end: its last point.
        colour: number of its colour.
    """

    training: Training
    points: str
    end: tuple[float, float]
    colour: int


@dataclass(frozen=True, slots=True)
class Curves:
    """F1 on dev by epoch.

    Attributes:
        curves: one per training.
        ticks: height and percent of each horizontal line.
        epochs: horizontal position and number of each label.
    """

    curves: list[Curve]
    ticks: list[tuple[float, int]]
    epochs: list[tuple[float, int]]


def curves(trainings: Sequence[Training]) -> Curves:
    """Place all curves on one scale, from a round number below the lowest to one above the highest."""
    every = [100 * f1 for training in trainings for f1 in training.dev_f1]
    step = 10 if max(every) - min(every) > 20 else 5
    low = step * math.floor(min(every) / step)
    high = max(step * math.ceil(max(every) / step), low + step)
    most = max(len(training.dev_f1) for training in trainings)

    def x(epoch: int) -> float:
        share = (epoch - 1) / (most - 1) if most > 1 else 0.5
        return round(LEFT + 8 + share * (WIDTH - LEFT - 24), 1)

    def y(points: float) -> float:
        return round(8 + (high - points) / (high - low) * (HEIGHT - BOTTOM - 16), 1)

    drawn = []
    for training in trainings:
        places = [(x(epoch), y(100 * f1)) for epoch, f1 in enumerate(training.dev_f1, start=1)]
        path = " ".join(f"{left},{top}" for left, top in places)
        seeds = list(dict.fromkeys(one.seed for one in trainings))
        drawn.append(Curve(training, path, places[-1], seeds.index(training.seed) % 6))
    marked = range(1, most + 1, max(1, -(-most // 10)))
    steps = max(step, step * round((high - low) / step / 5))
    return Curves(
        drawn,
        [(y(points), points) for points in range(low, high + 1, steps)],
        [(x(epoch), epoch) for epoch in marked],
    )


@dataclass(frozen=True, slots=True)
class Bar:
    """An interval and a point in it, from 0 (left) to 100 (right)."""

    low: float
    at: float
    high: float


@dataclass(frozen=True, slots=True)
class Forest:
    """Differences with their intervals, on one scale.

    Attributes:
        bars: one per difference.
        zero: position of no difference.
        ticks: position and value, in points of F1, of each label.
    """

    bars: list[Bar]
    zero: float
    ticks: list[tuple[float, int]]


def forest(ablations: Iterable[Ablation]) -> Forest:
    """Place the gain of all images over each view."""
    differences = [one.difference for one in ablations]
    ends = [0.0, *(100 * end for one in differences for end in (one.low, one.high))]
    reach = max(max(ends) - min(ends), 2.0)
    step = next(s for s in (1, 2, 5, 10, 20, 50) if reach / s <= 6)
    low = step * math.floor(min(ends) / step)
    high = max(step * math.ceil(max(ends) / step), low + step)

    def place(points: float) -> float:
        return round(100 * (points - low) / (high - low), 2)

    bars = [
        Bar(place(100 * one.low), place(100 * one.f1), place(100 * one.high)) for one in differences
    ]
    ticks = [(place(points), points) for points in range(low, high + 1, step)]
    return Forest(bars, place(0), ticks)
