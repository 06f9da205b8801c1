"""Bootstrap over posts: how much a measure would move, had other posts of the kind been drawn.

Posts are drawn with replacement, because tokens and spans of one post are not independent (Efron and
Tibshirani 1993, chapter 13: percentile intervals). A measure here is a function of sums over posts, so
a sample is a sum of rows. A row of counts is packed into one large integer, a field for each column that
is not all zero: Python adds two such rows as one number, and no numeric library is needed.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterator, Sequence
from random import Random
from statistics import quantiles
from typing import Final

from ...schema.release.agreement import Figure

RESAMPLES: Final = 1000
SEED: Final = 20_240_525
_FIELDS: Final = ("H", "I", "Q")  # 16, 32 and 64 bits


def resampled_sums(rows: Sequence[Sequence[int]]) -> Iterator[list[int]]:
    """The column sums of RESAMPLES samples of as many rows, drawn with replacement from a fixed seed.

    Counts are not negative. Rows may stand in any order: they are sorted first.
    """
    used = [place for place, column in enumerate(zip(*rows, strict=True)) if any(column)]
    most = len(rows) * max(
        map(max, rows)
    )  # no field of a sum holds more, so none runs into the next
    field = next(code for code in _FIELDS if most < 256 ** array(code).itemsize)
    size = len(used) * array(field).itemsize
    packed = sorted(
        int.from_bytes(array(field, [row[place] for place in used]).tobytes(), sys.byteorder)
        for row in rows
    )
    random = Random(SEED)
    for _ in range(RESAMPLES):
        total = sum(random.choices(packed, k=len(packed)))
        sums = [0] * len(rows[0])
        for place, count in zip(
            used, array(field, total.to_bytes(size, sys.byteorder)), strict=True
        ):
            sums[place] = count
        yield sums


def with_interval(value: float | None, resampled: Sequence[float | None]) -> Figure:
    """The value between its 2.5th and 97.5th percentile; samples in which it is undefined do not count."""
    defined = [one for one in resampled if one is not None]
    if value is None or len(defined) < 2:
        return Figure(value=value, low=None, high=None)
    cuts = quantiles(defined, n=40, method="inclusive")
    return Figure(value=value, low=cuts[0], high=cuts[-1])
