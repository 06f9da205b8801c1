"""Cut a text wherever a span begins or ends, so that a page can mark each stretch on its own.

A stretch is a range of characters or of tokens; the pages decide what it looks like.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise


def stretches(length: int, spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the (start, end) ranges that together cover 0 to `length`, in order.

    Args:
        length: number of characters or tokens.
        spans: (start, end) ranges with an exclusive end; they may overlap or touch.

    Returns:
        Ranges such that no span begins or ends inside one; none if `length` is 0.
    """
    return list(pairwise(sorted({0, length, *(edge for span in spans for edge in span)})))
