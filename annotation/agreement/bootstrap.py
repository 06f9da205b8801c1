"""Bootstrap over posts: how much a measure would change if other posts of the same kind had been drawn.

Posts are drawn with replacement, because tokens and spans of one post are not independent (Efron and
Tibshirani 1993, chapter 13: percentile intervals). Every measure here is a function of sums over posts, so
a sample is a sum of rows. A row of counts is packed into one large integer, with one field of bits for each
column that is not all zero: Python then adds two rows as one number, without a numeric library.
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
    """Yield the column sums of RESAMPLES samples of as many rows, drawn with replacement from a fixed seed.

    Args:
        rows: counts, none negative. Their order does not matter, because they are sorted first.
    """
    used = [place for place, column in enumerate(zip(*rows, strict=True)) if any(column)]
    # no field of a sum holds more, so no field overflows into the next
    most = len(rows) * max(map(max, rows))
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
    """Return the value with its 2.5th and 97.5th percentile, leaving out samples in which it is undefined."""
    defined = [one for one in resampled if one is not None]
    if value is None or len(defined) < 2:
        return Figure(value=value, low=None, high=None)
    cuts = quantiles(defined, n=40, method="inclusive")
    return Figure(value=value, low=cuts[0], high=cuts[-1])
