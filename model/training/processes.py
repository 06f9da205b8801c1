"""Several processes that train together (`torchrun`): who speaks, who waits, and what all have found.

Alone, which is the usual case, all of this does nothing. The steps themselves are shared by the
Hugging Face Trainer; here is only what lies around them.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TypeVar

import torch
from torch import distributed

PATIENCE = timedelta(hours=12)  # while the first reads all pictures, the others wait
T = TypeVar("T")


def count() -> int:
    """How many processes train together."""
    return int(os.environ.get("WORLD_SIZE", "1"))


def rank() -> int:
    """Which of them this is, from 0."""
    return int(os.environ.get("RANK", "0"))


def is_first() -> bool:
    """Whether this one writes files and talks to people."""
    return rank() == 0


def join_group() -> None:
    """Meets the others; call it before anything that waits. Twice is once."""
    if count() == 1 or distributed.is_initialized():
        return
    if torch.cuda.is_available():
        torch.cuda.set_device(int(os.environ.get("LOCAL_RANK", "0")))
    backend = "cpu:gloo,cuda:nccl" if torch.cuda.is_available() else "gloo"
    distributed.init_process_group(backend, timeout=PATIENCE)


def wait_for_all() -> None:
    """Until all are here."""
    if count() > 1:
        join_group()
        distributed.barrier()


@contextmanager
def first_before_others() -> Iterator[None]:
    """The first runs the block, then the others do: they find what it has put on disk."""
    if not is_first():
        wait_for_all()
    yield
    if is_first():
        wait_for_all()


def gather(ours: T) -> list[T]:
    """What each process has found, by rank."""
    if count() == 1:
        return [ours]
    join_group()
    found: list[T | None] = [None] * count()
    distributed.all_gather_object(found, ours)
    return found  # type: ignore[return-value]
