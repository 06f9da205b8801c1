"""What a run takes of the machine: how much memory at its peak, and how many threads.

The peak that the system counts is that of the whole process, which has made other runs before; so
memory is looked at many times a second instead. What a run before has not given back is counted with it.
"""

from __future__ import annotations

import os
import resource
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Self

import torch

SAMPLE_SECONDS: Final = 0.02  # seconds
STATM: Final = Path("/proc/self/statm")


class PeakMemory:
    """Within a `with`: the most bytes that this process held; on a GPU, those of its memory.

    Where the system has no /proc it is the peak of the whole process.
    """

    def __enter__(self) -> Self:
        self._most = 0
        self._done = threading.Event()
        if torch.cuda.is_available():
            torch.cuda.empty_cache()
            torch.cuda.reset_peak_memory_stats()
        self._watch = threading.Thread(target=self._look, daemon=True)
        self._watch.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._watch.join()

    def peak(self) -> int:
        """So far."""
        if torch.cuda.is_available():
            return int(torch.cuda.max_memory_allocated())
        return max(self._most, _held())

    def _look(self) -> None:
        while not self._done.wait(SAMPLE_SECONDS):
            self._most = max(self._most, _held())


def _held() -> int:
    if STATM.exists():
        return int(STATM.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else 1024 * peak


@contextmanager
def limited_threads(count: int | None) -> Iterator[None]:
    """At most `count` threads of the CPU for torch, None for no limit of ours."""
    before = torch.get_num_threads()
    torch.set_num_threads(min(before, count or before))
    try:
        yield
    finally:
        torch.set_num_threads(before)
