"""Monitor a training: report its progress, keep the dev scores, decide when to save and when to stop.

What must survive an interruption is stored in the Trainer's own state.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any, cast

from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments

from ...schema.progress import OnCount, ignore_count
from ..machine.machine import Machine
from .loss_curve import LossCurve
from .pace import Pace

OnEpoch = Callable[[int, float], None]
"""Called with (epoch, dev F1 from 0 to 1)."""


class TrainingMonitor(TrainerCallback):
    """Reports progress to the caller, keeps the dev scores, and stops when they do not improve.

    Attributes:
        on_step: called with (steps done, all steps).
        on_left: called with the seconds that are left, before `on_step`.
        on_epoch: called after each epoch.
        on_pace: called with a sentence if steps take another time than announced.
        pace: compares the time of steps with the estimate.
        save_every: steps between checkpoints within an epoch.
        dev_f1: dev F1 after each epoch, 0 to 1.
        losses: the curve of the loss.
        machine: how the training computes; checkpoints keep it.
        settings: its settings, as `Preset.identity` gives them; checkpoints keep them.
    """

    def __init__(self, patience: int | None) -> None:
        """Create a monitor.

        Args:
            patience: epochs without a better dev F1 before training stops, counted after the first one
                above 0; None never stops early.
        """
        self.on_step: OnCount = ignore_count
        self.on_left: Callable[[float], None] = lambda seconds: None
        self.on_epoch: OnEpoch = lambda epoch, f1: None
        self.save_every = 0
        self.dev_f1: list[float] = []
        self.machine: Machine | None = None
        self.settings: dict[str, Any] = {}
        self.on_pace: Callable[[str], None] = lambda text: None
        self.pace: Pace | None = None
        self.losses = LossCurve()
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
        self.losses.restore(state)
        history = cast(list[dict[str, Any]], state.log_history)
        if self.machine and not any("machine" in entry for entry in history):
            history.append({"machine": self.machine.stored()})
        if not any("settings" in entry for entry in history):
            history.append({"settings": self.settings})

    def add_loss(self, state: TrainerState, loss: float) -> None:
        """Add the loss of a forward pass; the state's history keeps the curve."""
        self.losses.add(loss, state)

    def on_step_end(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any
    ) -> None:
        """Report the step, and request a checkpoint if one is due."""
        left = state.max_steps - state.global_step
        scorings = args.num_train_epochs - len(self.dev_f1)
        if self.pace:
            if text := self.pace.step(left, scorings, now=time.monotonic()):
                self.on_pace(text)
            self.on_left(self.pace.left(left, scorings))
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
        if self.pace:
            self.pace.scored(now=time.monotonic())
        state.log_history.append({"eval_f1": f1, "seconds": self.seconds})
        if self._patience is not None and epochs_since_best(self.dev_f1) >= self._patience:
            control.should_training_stop = True


def epochs_since_best(dev_f1: Sequence[float]) -> int:
    """Return the number of epochs since the best one, 0 as long as all are 0: learning has not begun yet."""
    best = max(dev_f1)
    return len(dev_f1) - 1 - dev_f1.index(best) if best else 0
