"""Peak memory includes memory that was freed, and the limit on threads ends with its block."""

from __future__ import annotations

import mmap
import time

import pytest

pytest.importorskip("torch", reason="needs mnerctl[train]")

import torch

from mnerctl.model.machine.memory import SAMPLE_SECONDS, PeakMemory, limited_threads


@pytest.mark.skipif(torch.cuda.is_available(), reason="with a GPU, its memory is counted")
def test_freed_memory_is_counted() -> None:
    with PeakMemory() as before:
        least = before.peak()
    with PeakMemory() as memory:
        with mmap.mmap(-1, 200_000_000) as held:  # a tensor could reuse memory of an earlier test
            held[:: mmap.PAGESIZE] = bytes(len(held) // mmap.PAGESIZE + 1)
            time.sleep(10 * SAMPLE_SECONDS)
        assert memory.peak() > least + 150_000_000
    with PeakMemory() as after:
        assert after.peak() < memory.peak() - 100_000_000


@pytest.mark.parametrize(("count", "wanted"), [(1, 1), (None, 2), (7, 2)])
def test_threads_are_limited_within_the_block(count: int | None, wanted: int) -> None:
    before = torch.get_num_threads()
    try:
        torch.set_num_threads(2)
        with pytest.raises(KeyError), limited_threads(count):
            assert torch.get_num_threads() == wanted
            raise KeyError
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)
