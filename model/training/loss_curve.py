"""The curve of the training loss: its mean in each twentieth of an epoch.

The history of the Trainer's state keeps the sums, so that a checkpoint has the curve up to its own step. With
several processes, it is the loss of the first one's share of each batch.
"""

from __future__ import annotations

from typing import Any, Final, cast

from transformers import TrainerState

PARTS: Final = 20


class LossCurve:
    """Sums losses by part of an epoch, in entries of the state's history."""

    def __init__(self) -> None:
        self._parts: list[dict[str, Any]] = []

    def restore(self, state: TrainerState) -> None:
        """Continue the curve of a checkpoint."""
        self._parts = [entry for entry in _history(state) if "loss_sum" in entry]

    def add(self, loss: float, state: TrainerState) -> None:
        """Add the loss of one forward pass of the step after `state.global_step`."""
        steps = max(1, round(state.max_steps / state.num_train_epochs))
        epoch, step = divmod(state.global_step, steps)
        part = epoch * PARTS + PARTS * step // steps
        if not self._parts or self._parts[-1]["part"] != part:
            self._parts.append({"part": part, "loss_sum": 0.0, "passes": 0})
            _history(state).append(self._parts[-1])
        self._parts[-1]["loss_sum"] += loss
        self._parts[-1]["passes"] += 1

    def means(self) -> list[float]:
        """Return the mean loss of each part; parts of an epoch with few steps are left out."""
        return [part["loss_sum"] / part["passes"] for part in self._parts]


def _history(state: TrainerState) -> list[dict[str, Any]]:
    return cast(list[dict[str, Any]], state.log_history)
