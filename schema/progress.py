"""The type of a callback that reports progress. The caller decides how to show it."""

from __future__ import annotations

from collections.abc import Callable

OnCount = Callable[[int, int], None]
"""Called with (done, total)."""


def ignore_count(done: int, total: int) -> None:
    """Do nothing: the default `OnCount` of functions that report progress."""
