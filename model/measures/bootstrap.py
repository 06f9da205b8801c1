"""A paired bootstrap of the difference between the F1 of two sets of answers to the same texts.

Texts are drawn with replacement, because the entities of a text are not independent, and the same ones
for both sides, because a text is hard or easy for both (Koehn 2004; for F1 of named entities
Berg-Kirkpatrick, Burkett and Klein 2012). Where there are several seeds, a text's counts are summed over
them first: seeds are not drawn. How much another seed would change is not in the interval.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from ...schema import Counts, Span, count_matches

DRAWS: Final = 2000
SEED: Final = 1234

Matches = NDArray[np.int64]
"""(texts, 3): entities in gold, predicted, and in both."""


class Difference(BaseModel):
    """Of F1, 0 to 1, with its 95 % interval. p: two-sided, at least 2 / (draws + 1)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    f1: float
    low: float
    high: float
    p: float


def f1_difference(
    ours: Matches, theirs: Matches, *, draws: int = DRAWS, seed: int = SEED
) -> Difference:
    """Ours less theirs; row i of both is the same text.

    With d the difference in a draw, the interval goes from the 2.5th to the 97.5th percentile of d
    (Efron and Tibshirani 1993, chapter 13), and `p = 2 (1 + min(#(d <= 0), #(d >= 0))) / (1 + draws)`,
    at most 1: the smallest p at which a percentile interval still holds 0, counted as Davison and
    Hinkley 1997 (section 4.2) do, so that it is never 0.
    """
    texts = len(ours)
    drawn = np.random.default_rng(seed).multinomial(texts, [1 / texts] * texts, size=draws)
    times = drawn.astype(np.float64)  # (draws, texts): floats are multiplied faster, and are exact
    found = _f1(times @ ours) - _f1(times @ theirs)  # (draws,)
    low, high = np.quantile(found, [0.025, 0.975])
    fewer = min((found <= 0).sum(), (found >= 0).sum())
    return Difference(
        f1=float(_f1(ours.sum(0)) - _f1(theirs.sum(0))),
        low=float(low),
        high=float(high),
        p=float(min(1.0, 2 * (1 + fewer) / (1 + draws))),
    )


def matches(gold: Sequence[Iterable[Span]], by_seed: Sequence[Sequence[Iterable[Span]]]) -> Matches:
    """For each text its counts, summed over the seeds."""
    rows = []
    for place, wanted in enumerate(map(list, gold)):
        counts = [count_matches(wanted, found[place]) for found in by_seed]
        rows.append([sum(column) for column in zip(*map(_row, counts), strict=True)])
    return np.array(rows, dtype=np.int64).reshape(-1, 3)


def _row(counts: Counts) -> tuple[int, int, int]:
    return counts.gold, counts.predicted, counts.correct


def _f1(counts: NDArray[Any]) -> NDArray[np.float64]:
    """Of (..., 3)."""
    total = counts[..., 0] + counts[..., 1]
    return np.asarray(2 * counts[..., 2] / np.maximum(total, 1), dtype=np.float64)
