"""A paired bootstrap of the difference in F1 between two sets of predictions for the same texts.

The bootstrap draws whole texts with replacement, because the entities of one text are not independent, and
draws the same texts for both sides, because a text is hard or easy for both (Koehn 2004; for F1 of named
entities Berg-Kirkpatrick, Burkett and Klein 2012). With several seeds, a draw has the mean F1 of its
seeds, as tables of scores have, so that a difference is always that of the scores beside it. Seeds are not
drawn: the interval does not include how much another seed would change.
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

MatchCounts = NDArray[np.int64]
"""(seeds, texts, 3): entities in gold, entities predicted, and entities in both."""


class Difference(BaseModel):
    """A difference in F1 with its 95 % interval.

    Attributes:
        f1: the difference, -1 to 1.
        low: lower end of the interval.
        high: upper end of the interval.
        p: two-sided p-value, at least 2 / (draws + 1).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    f1: float
    low: float
    high: float
    p: float


def f1_difference(
    left: MatchCounts, right: MatchCounts, *, draws: int = DRAWS, seed: int = SEED
) -> Difference:
    """Return the mean F1 of `left` over its seeds minus that of `right`; text i of both is the same.

    With d the difference in a draw, the interval goes from the 2.5th to the 97.5th percentile of d
    (Efron and Tibshirani 1993, chapter 13), and `p = 2 (1 + min(#(d <= 0), #(d >= 0))) / (1 + draws)`,
    at most 1. This is the smallest p at which a percentile interval still includes 0, counted as in
    Davison and Hinkley 1997 (section 4.2), so that it is never 0.
    """
    texts = left.shape[-2]
    drawn = np.random.default_rng(seed).multinomial(texts, [1 / texts] * texts, size=draws)
    times = drawn.astype(np.float64)  # (draws, texts); floats multiply faster and are exact here
    differences = _mean_f1(times @ left) - _mean_f1(times @ right)  # (draws,)
    low, high = np.quantile(differences, [0.025, 0.975])
    fewer = min((differences <= 0).sum(), (differences >= 0).sum())
    return Difference(
        f1=float(_mean_f1(left.sum(-2)[:, None])[0] - _mean_f1(right.sum(-2)[:, None])[0]),
        low=float(low),
        high=float(high),
        p=float(min(1.0, 2 * (1 + fewer) / (1 + draws))),
    )


def match_counts(
    gold: Sequence[Iterable[Span]], by_seed: Sequence[Sequence[Iterable[Span]]]
) -> MatchCounts:
    """Return the counts of each text for each seed.

    Args:
        gold: gold entities of each text.
        by_seed: for each seed, the predicted entities of each text.
    """
    wanted = [list(spans) for spans in gold]
    rows = [
        [_row(count_matches(*pair)) for pair in zip(wanted, predicted, strict=True)]
        for predicted in by_seed
    ]
    return np.array(rows, dtype=np.int64).reshape(len(by_seed), len(wanted), 3)


def _row(counts: Counts) -> tuple[int, int, int]:
    return counts.gold, counts.predicted, counts.correct


def _mean_f1(counts: NDArray[Any]) -> NDArray[np.float64]:
    """Return the F1 of each draw for counts of shape (seeds, draws, 3), the mean over seeds."""
    return np.asarray(_f1(counts).mean(0), dtype=np.float64)


def _f1(counts: NDArray[Any]) -> NDArray[np.float64]:
    """Return F1 for counts of shape (..., 3)."""
    total = counts[..., 0] + counts[..., 1]
    return np.asarray(2 * counts[..., 2] / np.maximum(total, 1), dtype=np.float64)
