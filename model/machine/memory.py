"""Resources of a run: its peak memory, and a limit on its CPU threads.

The operating system only counts the peak of the whole process, which may have done other runs before.
So this module samples memory many times per second. Memory that an earlier run has not returned is
included.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Self

import torch

from ...schema.files.system import require_posix

SAMPLE_SECONDS: Final = 0.02
STATM: Final = Path("/proc/self/statm")


class PeakMemory:
    """Measures the peak memory within a `with` block, in bytes: of the GPU, or else of this process.

    On a system without /proc it is the peak of the process since its start; Windows states neither.
    """

    def __enter__(self) -> Self:
        require_posix("training with a measure of memory")
        self._peak = 0
        self._done = threading.Event()
        if torch.cuda.is_available():
            torch.cuda.empty_cache()
            torch.cuda.reset_peak_memory_stats()
        self._sampler = threading.Thread(target=self._sample, daemon=True)
        self._sampler.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._sampler.join()

    def peak(self) -> int:
        """Return the peak so far, in bytes."""
        if torch.cuda.is_available():
            return int(torch.cuda.max_memory_allocated())
        return max(self._peak, _resident_bytes())

    def _sample(self) -> None:
        while not self._done.wait(SAMPLE_SECONDS):
            self._peak = max(self._peak, _resident_bytes())


def _resident_bytes() -> int:
    if STATM.exists():
        return int(STATM.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    import resource  # Windows has no such module

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else 1024 * peak


@contextmanager
def limited_threads(count: int | None) -> Iterator[None]:
    """Let torch use at most `count` CPU threads within the block; None sets no limit."""
    before = torch.get_num_threads()
    torch.set_num_threads(min(before, count or before))
    try:
        yield
    finally:
        torch.set_num_threads(before)
