"""Bound how many pixels are decoded at one time, over all threads, whatever the number of cores.

A decoded pixel takes 4 bytes, and checking a picture up to 14. A command has one budget: two pictures of 50
million pixels, or 30 of 2048 x 1536, in all threads together. The processes that `torchrun` starts on one
machine share it equally, but each of them decodes at least one picture at a time. No command of mnerctl
starts other processes that decode.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from threading import Condition
from typing import Final

PIXELS_AT_ONCE: Final = 100_000_000


class PixelBudget:
    """A number of pixels that threads take from and give back.

    Args:
        most: pixels at one time. A picture with more waits until it is the only one.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self._taken = 0
        self._changed = Condition()

    @contextmanager
    def taken(self, pixels: int) -> Iterator[None]:
        """Wait until there is room for a picture, and hold it during the block. Blocks must not be nested."""
        with self._changed:
            self._changed.wait_for(lambda: not self._taken or self._taken + pixels <= self.most)
            self._taken += pixels
        try:
            yield
        finally:
            with self._changed:
                self._taken -= pixels
                self._changed.notify_all()


def share_of(environment: Mapping[str, str]) -> int:
    """Return the pixels at one time of this process, one of those that `torchrun` started on this machine."""
    processes = environment.get("LOCAL_WORLD_SIZE", "")
    return PIXELS_AT_ONCE // max(1, int(processes) if processes.isdecimal() else 1)


BUDGET: Final = PixelBudget(share_of(os.environ))
