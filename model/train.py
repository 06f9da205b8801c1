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

import numpy as np
import torch
from datasets import Dataset
from torch import Tensor
from torch.utils.data import Sampler, SequentialSampler
from transformers import (
    EvalPrediction,
    PreTrainedTokenizerBase,
    PrinterCallback,
    Trainer,
    TrainerCallback,
    TrainerControl,
    TrainerState,
    TrainingArguments,
)
from transformers.trainer_utils import PredictionOutput

from ..schema import LABELS, Record, Release, Span, Split, score_spans, spans_from_tags
from .data import collator, encode
from .features import OnCount, Pictures, Vectors
from .preset import Preset
from .tpm_mi import TpmMi, parameter_groups

OnEpoch = Callable[[int, float], None]
"""Called with (epoch, dev F1 from 0 to 1)."""


@dataclass(frozen=True)
class Trained:
    """A trained model and what it says of the dev and test records, in their order.

    dev_f1: strict micro F1 after each epoch. seconds: of training, evaluation included.
    """

    model: TpmMi
    predictions: dict[Split, list[list[Span]]]
    dev_f1: list[float]
    seconds: float
    precision: str


def train(
    model: TpmMi,
    tokenizer: PreTrainedTokenizerBase,
    release: Release,
    preset: Preset,
    *,
    pictures: Pictures | None,
    seed: int,
    on_step: OnCount,
    on_epoch: OnEpoch,
) -> Trained:
    """Trains on train, chooses the epoch on dev, predicts dev and test."""
    slots = model.config.max_images
    if model.image_path is not None and isinstance(pictures, Vectors):
        names = {name for record in release.splits["train"] for name in record.images}
        rows = sorted(pictures.rows[name] for name in names & pictures.rows.keys())
        model.image_path.fit(pictures.matrix[rows].float())

    def encoded(split: Split) -> Dataset:
        return encode(
            release.splits[split],
            tokenizer,
            max_subwords=preset.max_subwords,
            pictures=pictures,
            max_images=slots,
        )

    bf16 = has_bfloat16()
    history = _History(on_step, on_epoch)
    groups = parameter_groups(
        model,
        learning_rate=preset.learning_rate,
        head_learning_rate=preset.head_learning_rate,
        crf_learning_rate=preset.crf_learning_rate,
        weight_decay=preset.weight_decay,
    )
    dev = _Ordered(release.splits["dev"], encoded("dev"))
    test = _Ordered(release.splits["test"], encoded("test"))
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="mnerctl-train-") as folder:
        trainer = _Trainer(
            model=model,
            args=_arguments(preset, folder=folder, seed=seed),
            train_dataset=encoded("train"),
            eval_dataset=dev.dataset,
            data_collator=collator(tokenizer, pictures, max_images=slots),
            compute_metrics=lambda output: {"f1": dev.f1(model, output)},
            optimizers=(torch.optim.AdamW(groups, fused=True), None),
            callbacks=[history],
        )
        trainer.bf16 = bf16
        trainer.remove_callback(PrinterCallback)
        trainer.train()
        seconds = time.monotonic() - started
        trainer.compute_metrics = None  # it knows dev alone
        predictions: dict[Split, list[list[Span]]] = {
            "dev": dev.spans(model, trainer.predict(dev.dataset)),
            "test": test.spans(model, trainer.predict(test.dataset)),
        }
    return Trained(model, predictions, history.dev_f1, seconds, "bfloat16" if bf16 else "float32")


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
    """bfloat16 in training steps only, and evaluation in the order of the data."""

    bf16 = False

    def compute_loss_context_manager(self) -> contextlib.ExitStack:
        contexts = contextlib.ExitStack()
        if self.bf16 and isinstance(self.model, TpmMi) and self.model.training:
            contexts.enter_context(torch.autocast(self.args.device.type, dtype=torch.bfloat16))
        return contexts

    def _get_eval_sampler(self, eval_dataset: Dataset) -> Sampler[int] | None:
        return SequentialSampler(eval_dataset) if self.args.world_size <= 1 else None


class _Ordered:
    """Records of a split for evaluation: sorted by length to save padding, answered in their order."""

    def __init__(self, records: Sequence[Record], dataset: Dataset) -> None:
        self._records = records
        self._order: list[int] = np.argsort(dataset["length"], kind="stable").tolist()
        self.dataset = dataset.select(self._order)

    def spans(self, model: TpmMi, output: EvalPrediction | PredictionOutput) -> list[list[Span]]:
        """The predicted entities of each record, in tokens; words that were cut are O."""
        scores = torch.from_numpy(np.asarray(output.predictions))  # (records, words, 9)
        lengths = torch.tensor([len(row) for row in self.dataset["labels"]])
        mask: Tensor = torch.arange(scores.shape[1]) < lengths[:, None]
        crf = model.crf.to("cpu")
        spans: list[list[Span]] = [[] for _ in self._records]
        for place, path in zip(self._order, crf.decode(scores, mask), strict=True):
            spans[place] = spans_from_tags([LABELS[number] for number in path])
        crf.to(model.device)
        return spans

    def f1(self, model: TpmMi, output: EvalPrediction) -> float:
        """Strict micro F1 of these emissions against the whole records."""
        gold = [record.spans for record in self._records]
        return score_spans(gold, self.spans(model, output)).micro.f1


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
