"""Estimate the cost of a training before it starts: memory, and seconds per step.

Two complete steps run with a learning rate of 0: forward, backward and AdamW, on the longest batch
(which determines the memory) and on a batch of medium length (which is timed). Weights and random
numbers do not change. Tagging dev after each epoch, and dev and test at the end, is estimated from the step.
The estimate leaves out reading pictures.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import torch

from ..machine.memory import PeakMemory
from ..networks.finite import posts_without_finite_loss, refuse_gradients
from ..networks.tagger import BuiltSystem
from .duration import duration
from .pace import tagging_seconds
from .row_adamw import RowAdamW, coalesce_gradients


@dataclass(frozen=True, slots=True)
class Estimate:
    """The estimated cost of a training; `str()` gives it as a sentence.

    Attributes:
        parameters: parameters of the model.
        trained: parameters that are trained.
        memory: peak memory in bytes, of the GPU if there is one, else of this process.
        steps: steps of the training.
        seconds: seconds per step.
        tagging: seconds of tagging dev and test in all.
    """

    parameters: int
    trained: int
    memory: int
    steps: int
    seconds: float
    tagging: float = 0.0

    def __str__(self) -> str:
        frozen = "" if self.trained == self.parameters else f" ({_millions(self.trained)} trained)"
        return (
            f"{_millions(self.parameters)} parameters{frozen}, {self.memory / 1e9:.1f} GB of memory,"
            f" {self.steps:,} steps of {self.seconds:.2g} s: about"
            f" {duration(self.steps * self.seconds + self.tagging)}"
        )


class StepTimer:
    """Runs and times complete steps that change neither weights nor random numbers."""

    def __init__(
        self,
        built: BuiltSystem,
        rows: Any,
        *,
        batch_size: int,
        precision: Callable[[], AbstractContextManager[Any]],
    ) -> None:
        """Prepare steps.

        Args:
            built: the system to train.
            rows: the encoded training records; `post` is the id.
            batch_size: records per forward pass.
            precision: makes the context in which the forward pass runs.
        """
        self.built, self._precision = built, precision
        by_length = sorted(range(len(rows)), key=rows["length"].__getitem__)
        middle = max(0, (len(rows) - batch_size) // 2)
        self._longest = [rows[index] for index in by_length[-batch_size:]]
        self._medium = [rows[index] for index in by_length[middle : middle + batch_size]]
        trained = [one for one in built.model.parameters() if one.requires_grad]
        self._optimizer = RowAdamW(trained, lr=0.0, weight_decay=0.0)

    def longest(self) -> float:
        """Return the seconds of a forward and backward pass of the longest texts, and an update.

        Raises:
            DataError: the loss of a post is not finite.
        """
        return self._timed(self._longest)

    def medium(self) -> float:
        """Return the seconds for texts of medium length."""
        return self._timed(self._medium)

    def _timed(self, rows: Sequence[dict[str, Any]]) -> float:
        model = self.built.model
        was_training = model.training
        model.train(True)
        with torch.random.fork_rng():
            started = time.perf_counter()
            batch = self.built.reader.collate(list(rows))
            batch = {name: tensor.to(model.device) for name, tensor in batch.items()}
            with self._precision():
                loss = model(**batch).loss
            if not loss.isfinite():
                posts = posts_without_finite_loss(self.built, batch, [row["post"] for row in rows])
                refuse_gradients(model, loss, posts, "before the first step")
            loss.backward()
            coalesce_gradients(model)
            self._optimizer.step()
            self._optimizer.zero_grad()
            if torch.cuda.is_available():
                torch.cuda.synchronize()
            seconds = time.perf_counter() - started
        model.train(was_training)
        model.zero_grad(set_to_none=True)
        return seconds


def estimate(
    timer: StepTimer, *, accumulate: int, steps: int, tagged: int, batch_size: int
) -> Estimate:
    """Measure two steps and return the estimate.

    Args:
        timer: runs the steps.
        accumulate: forward passes per step.
        steps: steps of the training.
        tagged: posts that are tagged in all.
        batch_size: posts per step.

    Raises:
        DataError: the loss of a post is not finite.
    """
    with PeakMemory() as memory:
        timer.longest()
        seconds = timer.medium() * accumulate
    parameters = list(timer.built.model.parameters())
    return Estimate(
        parameters=sum(one.numel() for one in parameters),
        trained=sum(one.numel() for one in parameters if one.requires_grad),
        memory=memory.peak(),
        steps=steps,
        seconds=seconds,
        tagging=tagging_seconds(tagged, step=seconds, batch_size=batch_size),
    )


def _millions(count: int) -> str:
    return f"{count / 1e6:,.1f} M" if count >= 100_000 else f"{count:,}"
