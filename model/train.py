"""Training one system on one release: the Hugging Face Trainer over a PreTrainedModel.

The weights of the epoch with the best strict micro F1 on dev are kept (ties: the earlier). Nothing of
the loop is ours, so `accelerate launch` and `torchrun` make it distributed. Training runs in bfloat16
where the hardware has it; evaluation always in float32, so that scores do not hang on batches.
"""

from __future__ import annotations

import contextlib
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from transformers import (
    PrinterCallback,
    Trainer,
    TrainerCallback,
    TrainerControl,
    TrainerState,
    TrainingArguments,
)

from ..schema import Record, Release, Split, score_spans
from .features import OnCount
from .preset import Preset
from .tag import Scored, tag
from .tagger import Built, parameter_groups

OnEpoch = Callable[[int, float], None]
"""Called with (epoch, dev F1 from 0 to 1)."""


@dataclass(frozen=True)
class Trained:
    """A trained system and what it says of the dev and test records, in their order.

    dev_f1: strict micro F1 after each epoch. seconds: of training, evaluation included.
    """

    built: Built
    predictions: dict[Split, list[list[Scored]]]
    dev_f1: list[float]
    seconds: float
    precision: str


def train(
    built: Built,
    release: Release,
    preset: Preset,
    *,
    seed: int,
    on_step: OnCount,
    on_epoch: OnEpoch,
) -> Trained:
    """Trains on train, chooses the epoch on dev, predicts dev and test."""
    bf16 = has_bfloat16()
    history = _History(on_step, on_epoch)
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="mnerctl-train-") as folder:
        trainer = _Trainer(
            built,
            release.splits["dev"],
            bf16=bf16,
            args=_arguments(preset, folder=folder, seed=seed),
            train_dataset=built.reader.encode(release.splits["train"]),
            optimizers=(
                torch.optim.AdamW(parameter_groups(built.model, preset), fused=True),
                None,
            ),
            callbacks=[history],
        )
        trainer.remove_callback(PrinterCallback)
        trainer.train()
        seconds = time.monotonic() - started
    predictions: dict[Split, list[list[Scored]]] = {
        "dev": tag(built, release.splits["dev"]),
        "test": tag(built, release.splits["test"]),
    }
    return Trained(built, predictions, history.dev_f1, seconds, "bfloat16" if bf16 else "float32")


def has_bfloat16() -> bool:
    """Whether this machine multiplies bfloat16 in hardware; without, it is many times slower."""
    if torch.cuda.is_available():
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    return bool(torch.ops.mkldnn._is_mkldnn_bf16_supported())


def _arguments(preset: Preset, *, folder: str, seed: int) -> TrainingArguments:
    return TrainingArguments(
        output_dir=folder,
        num_train_epochs=preset.epochs,
        per_device_train_batch_size=preset.batch_size,
        per_device_eval_batch_size=max(32, preset.batch_size),
        warmup_steps=preset.warmup,
        lr_scheduler_type="linear",
        max_grad_norm=1.0,
        train_sampling_strategy="group_by_length",
        eval_strategy="epoch",
        save_strategy="best",
        save_only_model=True,
        save_total_limit=1,
        load_best_model_at_end=True,
        metric_for_best_model="f1",
        greater_is_better=True,
        logging_strategy="no",
        label_names=["labels"],
        remove_unused_columns=False,
        dataloader_pin_memory=torch.cuda.is_available(),
        disable_tqdm=True,
        report_to="none",
        seed=seed,
    )


class _Trainer(Trainer):
    """bfloat16 in training steps only; evaluation is what `tag` says of the dev records."""

    def __init__(self, built: Built, dev: Sequence[Record], *, bf16: bool, **given: Any) -> None:
        super().__init__(
            model=built.model,
            data_collator=built.reader.collate,
            eval_dataset=given["train_dataset"].select([]),  # wanted, never read
            **given,
        )
        self._built, self._dev, self._bf16 = built, dev, bf16

    def compute_loss_context_manager(self) -> contextlib.ExitStack:
        contexts = contextlib.ExitStack()
        if self._bf16:
            contexts.enter_context(torch.autocast(self.args.device.type, dtype=torch.bfloat16))
        return contexts

    def evaluate(self, *_: Any, **__: Any) -> dict[str, float]:
        """Strict micro F1 against the whole records of dev, under the name the Trainer looks for."""
        predicted = [[one.span for one in row] for row in tag(self._built, self._dev)]
        f1 = score_spans([record.spans for record in self._dev], predicted).micro.f1
        metrics = {"eval_f1": f1}
        self.control = self.callback_handler.on_evaluate(
            self.args, self.state, self.control, metrics
        )
        return metrics


class _History(TrainerCallback):
    """Tells the caller how far training is, and keeps the dev scores."""

    def __init__(self, on_step: OnCount, on_epoch: OnEpoch) -> None:
        self._on_step = on_step
        self._on_epoch = on_epoch
        self.dev_f1: list[float] = []

    def on_step_end(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any
    ) -> None:
        self._on_step(state.global_step, state.max_steps)

    def on_evaluate(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        **given: Any,
    ) -> None:
        f1 = float(given["metrics"]["eval_f1"])
        self.dev_f1.append(f1)
        self._on_epoch(len(self.dev_f1), f1)
