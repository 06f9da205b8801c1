"""Monitor a training: report its progress, keep the dev scores, decide when to save and when to stop.

What must survive an interruption is stored in the Trainer's own state.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments

from ...schema.progress import OnCount, ignore_count

OnEpoch = Callable[[int, float], None]
"""Called with (epoch, dev F1 from 0 to 1)."""


class TrainingMonitor(TrainerCallback):
    """Reports progress to the caller, keeps the dev scores, and stops when they do not improve.

    Attributes:
        on_step: called with (steps done, all steps).
        on_epoch: called after each epoch.
        save_every: steps between checkpoints within an epoch.
        dev_f1: dev F1 after each epoch, 0 to 1.
    """

    def __init__(self, patience: int | None) -> None:
        """Create a monitor.

        Args:
            patience: epochs without a better dev F1 before training stops, counted after the first one
                above 0; None never stops early.
        """
        self.on_step: OnCount = ignore_count
        self.on_epoch: OnEpoch = lambda epoch, f1: None
        self.save_every = 0
        self.dev_f1: list[float] = []
        self._patience = patience
        self._seconds_before = 0.0
        self._started = time.monotonic()

    @property
    def seconds(self) -> float:
        """Seconds of training, including those before an interruption."""
        return self._seconds_before + time.monotonic() - self._started

    def restore(self, dev_f1: Sequence[float], seconds: float) -> None:
        """Continue from what an interrupted training has reached."""
        for f1 in dev_f1:
            self._add(f1)
        self._seconds_before, self._started = seconds, time.monotonic()

    def _add(self, f1: float) -> None:
        self.dev_f1.append(f1)
        self.on_epoch(len(self.dev_f1), f1)

    def on_train_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any
    ) -> None:
        """Restore the scores of a checkpoint that training continues from."""
        epochs = [entry for entry in state.log_history if "eval_f1" in entry]
        self.restore(
            [entry["eval_f1"] for entry in epochs], epochs[-1]["seconds"] if epochs else 0.0
        )

    def on_step_end(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any
    ) -> None:
        """Report the step, and request a checkpoint if one is due."""
        self.on_step(state.global_step, state.max_steps)
        if not args.save_only_model and state.global_step % self.save_every == 0:
            control.should_save = True

    def on_evaluate(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        **given: Any,
    ) -> None:
        """Keep the score of an epoch, and stop if there was no better one for `patience` epochs."""
        f1 = float(given["metrics"]["eval_f1"])
        self._add(f1)
        state.log_history.append({"eval_f1": f1, "seconds": self.seconds})
        if self._patience is not None and epochs_since_best(self.dev_f1) >= self._patience:
            control.should_training_stop = True


def epochs_since_best(dev_f1: Sequence[float]) -> int:
    """Return the number of epochs since the best one, 0 as long as all are 0: learning has not begun yet."""
    best = max(dev_f1)
    return len(dev_f1) - 1 - dev_f1.index(best) if best else 0
