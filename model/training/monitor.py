"""What training tells as it goes: steps and dev scores to the caller, and when to save and to stop.

What it must know after an interruption is in the Trainer's own state. It does not train or score.
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
    """Tells the caller how far training is, keeps the dev scores, and stops where they stay as they are.

    patience: epochs without a better score, None to go on. save_every: steps.
    """

    def __init__(self, patience: int | None) -> None:
        self.on_step: OnCount = ignore_count
        self.on_epoch: OnEpoch = lambda epoch, f1: None
        self.save_every = 0
        self.dev_f1: list[float] = []
        self._patience = patience
        self._before = 0.0
        self._started = time.monotonic()

    @property
    def seconds(self) -> float:
        """Of training, those before an interruption too."""
        return self._before + time.monotonic() - self._started

    def restore(self, dev_f1: Sequence[float], seconds: float) -> None:
        """What an earlier process has reached."""
        for f1 in dev_f1:
            self._add(f1)
        self._before, self._started = seconds, time.monotonic()

    def _add(self, f1: float) -> None:
        self.dev_f1.append(f1)
        self.on_epoch(len(self.dev_f1), f1)

    def on_train_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any
    ) -> None:
        told = [entry for entry in state.log_history if "eval_f1" in entry]
        self.restore([entry["eval_f1"] for entry in told], told[-1]["seconds"] if told else 0.0)

    def on_step_end(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any
    ) -> None:
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
        f1 = float(given["metrics"]["eval_f1"])
        self._add(f1)
        state.log_history.append({"eval_f1": f1, "seconds": self.seconds})
        without_better = len(self.dev_f1) - 1 - self.dev_f1.index(max(self.dev_f1))
        if self._patience is not None and without_better >= self._patience:
            control.should_training_stop = True
