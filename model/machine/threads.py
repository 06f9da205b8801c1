"""How many CPU threads a training uses: chosen once, by timing a short step with each number.

If other work keeps a core busy, two threads wait for each other and are many times slower than one. Fewer
threads are preferred unless more are clearly faster.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

import torch

ROUNDS: Final = 2
CLEARLY_FASTER: Final = 0.85
"""More threads must take at most this share of the time of fewer ones."""


@dataclass(frozen=True, slots=True)
class Threads:
    """A number of CPU threads.

    Attributes:
        count: the number.
        reason: why it was chosen.
    """

    count: int
    reason: str

    def __str__(self) -> str:
        return f"{self.count} thread{'s' if self.count > 1 else ''} ({self.reason})"


def choose_threads(limit: int | None, timed_step: Callable[[], float]) -> Threads:
    """Return the number of threads for this machine.

    Args:
        limit: the number that the system or the user has set; None chooses.
        timed_step: runs a step of the training and returns its seconds.
    """
    available = torch.get_num_threads()
    if limit is not None:
        return Threads(limit, "as the system or --threads says")
    if torch.cuda.is_available():
        return Threads(available, "the GPU computes")
    if available == 1:
        return Threads(1, "there is no other core, or OMP_NUM_THREADS says so")
    seconds = _timed(candidates(available), timed_step)
    chosen = clearly_fastest(seconds)
    times = ", ".join(f"{count}: {took:.2g} s" for count, took in seconds.items())
    return Threads(chosen, f"seconds of a step by number of threads: {times}")


def candidates(available: int) -> list[int]:
    """Return the numbers to try: 1, 2, 4 and so on, and all."""
    powers = [1 << bit for bit in range(available.bit_length())]
    return sorted({*powers, available})


def clearly_fastest(seconds: dict[int, float]) -> int:
    """Return the number of threads to use: more than another one only if it is clearly faster."""
    best, *others = sorted(seconds)
    for count in others:
        if seconds[count] <= CLEARLY_FASTER * seconds[best]:
            best = count
    return best


def _timed(counts: list[int], timed_step: Callable[[], float]) -> dict[int, float]:
    """Return the mean seconds of a step with each number of threads, in turns; a first step warms up."""
    found = dict.fromkeys(counts, 0.0)
    timed_step()
    for _ in range(ROUNDS):
        for count in counts:
            with using_threads(count):
                found[count] += timed_step() / ROUNDS
    return found


@contextmanager
def using_threads(count: int) -> Iterator[None]:
    """Let torch use this many CPU threads within the block."""
    before = torch.get_num_threads()
    torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)
