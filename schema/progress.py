"""The callback by which long work reports how far it is; what draws it is the caller's choice."""

from __future__ import annotations

from collections.abc import Callable

OnCount = Callable[[int, int], None]
"""Called with (done, total)."""


def ignore_count(done: int, total: int) -> None:
    """An `OnCount` that shows nothing: the default of every function that reports progress."""
