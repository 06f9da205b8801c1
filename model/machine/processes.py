"""Several processes that train together, as `torchrun` starts them: which one prints, waits and gathers.

In a single process, which is the usual case, these functions do nothing and load no torch. The
Hugging Face Trainer shares the training steps; this module is for the work around them.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TypeVar

TIMEOUT = timedelta(hours=12)  # the others wait while the first process reads all pictures
T = TypeVar("T")


def count() -> int:
    """Return how many processes train together."""
    return int(os.environ.get("WORLD_SIZE", "1"))


def rank() -> int:
    """Return the number of this process, from 0."""
    return int(os.environ.get("RANK", "0"))


def is_first() -> bool:
    """Return whether this process is the one that writes files and prints."""
    return rank() == 0


def join_group() -> None:
    """Join the other processes. Call it before anything that waits; a second call does nothing."""
    if count() == 1:
        return
    import torch
    from torch import distributed

    if distributed.is_initialized():
        return
    if torch.cuda.is_available():
        torch.cuda.set_device(int(os.environ.get("LOCAL_RANK", "0")))
    backend = "cpu:gloo,cuda:nccl" if torch.cuda.is_available() else "gloo"
    distributed.init_process_group(backend, timeout=TIMEOUT)


def wait_for_all() -> None:
    """Wait until all processes have called this."""
    if count() > 1:
        from torch import distributed

        join_group()
        distributed.barrier()


@contextmanager
def first_before_others() -> Iterator[None]:
    """Run the block in the first process, then in the others, which find its files on disk."""
    if not is_first():
        wait_for_all()
    yield
    if is_first():
        wait_for_all()


def gather(value: T) -> list[T]:
    """Return the values of all processes, by rank."""
    if count() == 1:
        return [value]
    from torch import distributed

    join_group()
    values: list[T | None] = [None] * count()
    distributed.all_gather_object(values, value)
    return values  # type: ignore[return-value]
