"""Estimate the cost of a training before it starts: memory, and seconds per step.

Two complete steps run with a learning rate of 0: forward, backward and AdamW, on the longest batch
(which determines the memory) and on a batch of medium length (which is timed). Weights and random
numbers do not change. The estimate leaves out reading pictures and scoring dev after each epoch.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import torch

from ..networks.finite import posts_without_finite_loss, refuse_gradients
from ..networks.tagger import BuiltSystem
from .memory import PeakMemory


@dataclass(frozen=True, slots=True)
class Estimate:
    """The estimated cost of a training; `str()` gives it as a sentence.

    Attributes:
        parameters: parameters of the model.
        trained: parameters that are trained.
        memory: peak memory in bytes, of the GPU if there is one, else of this process.
        steps: steps of the training.
        seconds: seconds per step.
    """

    parameters: int
    trained: int
    memory: int
    steps: int
    seconds: float

    def __str__(self) -> str:
        frozen = "" if self.trained == self.parameters else f" ({_millions(self.trained)} trained)"
        return (
            f"{_millions(self.parameters)} parameters{frozen}, {self.memory / 1e9:.1f} GB of memory,"
            f" {self.steps:,} steps of {self.seconds:.2g} s: about {_duration(self.steps * self.seconds)}"
        )


def estimate(
    built: BuiltSystem,
    rows: Any,
    *,
    batch_size: int,
    accumulate: int,
    steps: int,
    precision: Callable[[], AbstractContextManager[Any]],
) -> Estimate:
    """Measure two steps and return the estimate.

    Args:
        built: the system to train.
        rows: the encoded training records; `post` is the id.
        batch_size: records per forward pass.
        accumulate: forward passes per step.
        steps: steps of the training.
        precision: makes the context in which the forward pass runs.

    Raises:
        DataError: the loss of a post is not finite.
    """
    model = built.model
    by_length = sorted(range(len(rows)), key=rows["length"].__getitem__)
    middle = max(0, (len(rows) - batch_size) // 2)
    batches = (by_length[-batch_size:], by_length[middle : middle + batch_size])
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=0.0, weight_decay=0.0, fused=True)
    was_training = model.training
    model.train(True)
    with PeakMemory() as memory, torch.random.fork_rng():
        for indexes in batches:
            seconds = _timed_step(built, [rows[index] for index in indexes], optimizer, precision)
    model.train(was_training)
    model.zero_grad(set_to_none=True)
    return Estimate(
        parameters=sum(parameter.numel() for parameter in model.parameters()),
        trained=sum(parameter.numel() for parameter in trained),
        memory=memory.peak(),
        steps=steps,
        seconds=seconds * accumulate,
    )


def _timed_step(
    built: BuiltSystem,
    rows: Sequence[dict[str, Any]],
    optimizer: torch.optim.Optimizer,
    precision: Callable[[], AbstractContextManager[Any]],
) -> float:
    """Run one step and return its seconds."""
    started = time.perf_counter()
    batch = built.reader.collate(list(rows))
    batch = {name: tensor.to(built.model.device) for name, tensor in batch.items()}
    with precision():
        loss = built.model(**batch).loss
    if not loss.isfinite():
        posts = posts_without_finite_loss(built, batch, [row["post"] for row in rows])
        refuse_gradients(built.model, loss, posts, "before the first step")
    loss.backward()
    optimizer.step()
    optimizer.zero_grad()
    if torch.cuda.is_available():
        torch.cuda.synchronize()
    return time.perf_counter() - started


def _millions(count: int) -> str:
    return f"{count / 1e6:,.1f} M" if count >= 100_000 else f"{count:,}"


def _duration(seconds: float) -> str:
    """Return `50 s`, `12 min` or `3 h 20 min`."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60:,} h {minutes % 60} min"
