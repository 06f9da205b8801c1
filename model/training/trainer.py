"""The Hugging Face Trainer for a system: its arguments, its batches, and its evaluation by tagging dev.

`train.py` runs it.
"""

from __future__ import annotations

import contextlib
import math
from pathlib import Path
from typing import Any

import torch
from torch.utils.data import Sampler
from transformers import PrinterCallback, Trainer, TrainingArguments

from ...schema import Release, score_spans
from ..machine import processes
from ..machine.precision import Precision
from ..networks.dropout import use_fast_dropout
from ..networks.finite import posts_without_finite_loss, refuse_gradients, refuse_weights
from ..networks.tagger import BuiltSystem
from ..systems.preset import Preset
from ..tagging.scored_span import ScoredSpan
from .batch_parts import posts_per_forward
from .cost_estimate import Estimate, StepTimer, estimate
from .length_sampler import EpochSampler
from .monitor import TrainingMonitor
from .optimizer_groups import parameter_groups
from .parallel_tagging import tag_in_parallel
from .row_adamw import RowAdamW, coalesce_gradients, use_sparse_embeddings


def training_arguments(
    preset: Preset, *, folder: Path, seed: int, keeps: bool
) -> TrainingArguments:
    """Return the Trainer's arguments.

    Args:
        preset: the settings.
        folder: the folder that the Trainer writes to.
        seed: the seed of the order of the texts.
        keeps: True saves all that is needed to continue after an interruption.
    """
    return TrainingArguments(
        output_dir=str(folder),
        num_train_epochs=preset.epochs,
        per_device_train_batch_size=posts_per_forward(preset),
        gradient_accumulation_steps=preset.accumulate,
        per_device_eval_batch_size=max(32, preset.batch_size),
        warmup_steps=preset.warmup,
        lr_scheduler_type="linear",
        max_grad_norm=preset.clip or math.inf,  # 0 would leave the check of gradients out, too
        eval_strategy="epoch",
        save_strategy="epoch" if keeps else "best",
        save_only_model=not keeps,
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
        use_cpu=processes.count() > 1
        and not torch.cuda.is_available(),  # else CPU processes share nothing
        seed=seed,
    )


class SystemTrainer(Trainer):
    """A Trainer that uses bfloat16 in training steps only and evaluates by tagging the dev records.

    Attributes:
        best_dev: the predictions for dev of the best weights; None if another process, which was
            interrupted, has found these.
    """

    def __init__(
        self,
        built: BuiltSystem,
        release: Release,
        *,
        preset: Preset,
        arguments: TrainingArguments,
        monitor: TrainingMonitor,
        precision: Precision,
    ) -> None:
        train = release.splits["train"]
        self._ids = [record.id for record in train]
        rows = built.reader.encode(train)
        self._rows = rows.add_column("post", self._ids).add_column("place", [*range(len(train))])
        refuse_weights(built.model, "before the first step")
        if not preset.decay_everything:  # the rows of absent words would not decay
            use_sparse_embeddings(built.model)
        use_fast_dropout(built.model)
        optimizer = RowAdamW(parameter_groups(built.model, preset))
        super().__init__(
            model=built.model,
            args=arguments,
            data_collator=self._collate,
            train_dataset=self._rows,
            eval_dataset=self._rows.select([]),  # required, but never read
            optimizers=(optimizer, None),
            callbacks=[monitor],
        )
        self.remove_callback(PrinterCallback)
        self._built, self._dev = built, release.splits["dev"]
        self._preset = preset
        self._tests = len(release.splits["test"])
        self._monitor = monitor
        self._bad_posts: list[str] = []
        self.best_dev: list[list[ScoredSpan]] | None = None
        self._bf16 = precision.name == "bfloat16"

    def compute_loss_context_manager(self) -> contextlib.ExitStack:
        contexts = contextlib.ExitStack()
        if self._bf16:
            contexts.enter_context(torch.autocast(self.args.device.type, dtype=torch.bfloat16))
        return contexts

    def _collate(self, rows: list[dict[str, Any]]) -> dict[str, torch.Tensor]:
        """Return a batch that knows its posts."""
        places = torch.tensor([row["place"] for row in rows])
        return self._built.reader.collate(rows) | {"places": places}

    def compute_loss(self, model: Any, inputs: dict[str, Any], *given: Any, **more: Any) -> Any:
        """Compute the loss, keep it for the curve, and note posts whose loss is not finite."""
        places = inputs.pop("places")
        loss: Any = super().compute_loss(model, inputs, *given, **more)
        value = float(loss.detach())
        self._monitor.add_loss(self.state, value)
        if not math.isfinite(value):
            ids = [self._ids[place] for place in places.tolist()]
            self._bad_posts += posts_without_finite_loss(self._built, inputs, ids)
        return loss

    def _clip_grad_norm(self, model: Any) -> torch.Tensor:
        """Clip the gradients as the Trainer does, after checking that they and the losses are finite."""
        gradients = coalesce_gradients(model)
        norm = torch.nn.utils.get_total_norm(gradients)
        if not norm.isfinite() or (self._bad_posts and processes.count() == 1):
            posts = [post for part in processes.gather(self._bad_posts) for post in part]
            refuse_gradients(
                self._built.model, norm, posts, self._where(self.state.global_step + 1)
            )
        if (factor := self.args.max_grad_norm / (norm + 1e-6)) < 1.0:
            torch._foreach_mul_(gradients, factor)
        return norm

    def _where(self, step: int) -> str:
        return f"epoch {int(self.state.epoch or 0) + 1}, step {step:,} of {self.state.max_steps:,}"

    def _save_checkpoint(self, *given: Any, **more: Any) -> None:
        """Save only weights that are finite: a training could not continue from others."""
        refuse_weights(self._built.model, self._where(self.state.global_step))
        super()._save_checkpoint(*given, **more)

    def step_timer(self) -> StepTimer:
        """Return a timer of this training's steps; while it exists, it holds memory of an optimizer."""
        return StepTimer(
            self._built,
            self._rows,
            batch_size=self.args.per_device_train_batch_size,
            precision=self.compute_loss_context_manager,
        )

    def estimate(self, timer: StepTimer) -> Estimate:
        """Estimate the cost; with several processes, return the estimate of the slowest."""
        batches = -(-len(self._rows) // self._preset.batch_size)
        own = estimate(
            timer,
            accumulate=self.args.gradient_accumulation_steps,
            steps=int(batches * self.args.num_train_epochs),
            tagged=int(self.args.num_train_epochs) * len(self._dev) + self._tests,
            batch_size=self._preset.batch_size,
        )
        return max(processes.gather(own), key=lambda one: one.seconds)

    def _get_train_sampler(self, train_dataset: Any = None) -> Sampler[int]:
        return EpochSampler(
            self._rows["length"],
            batch_size=self._preset.batch_size,
            grouped=self._preset.group_by_length,
            seed=self.args.seed,
            epoch=lambda: int(self.state.epoch or 0),
        )

    def _determine_best_metric(self, metrics: dict[str, float], trial: Any) -> bool:
        """Return whether this epoch is to be kept: it is better, or as good and the later one counts."""
        if not self._is_kept(metrics["eval_f1"]):
            return False
        self.state.best_metric = metrics["eval_f1"]
        self.state.best_global_step = self.state.global_step
        return True

    def _is_kept(self, f1: float) -> bool:
        best = self.state.best_metric
        is_equal = f1 == best and self._preset.best_of_equals == "latest"
        return best is None or f1 > best or is_equal

    def evaluate(self, *_: Any, **__: Any) -> dict[str, float]:
        """Return the strict micro F1 on the complete dev records, under the Trainer's name for it.

        Raises:
            DataError: a weight is not finite.
        """
        refuse_weights(self._built.model, f"after epoch {round(self.state.epoch or 0)}")
        tagged = tag_in_parallel(self._built, self._dev)
        predicted = [[one.span for one in row] for row in tagged]
        f1 = score_spans([record.spans for record in self._dev], predicted).micro.f1
        if self._is_kept(f1):
            self.best_dev = tagged
        metrics = {"eval_f1": f1}
        self.control = self.callback_handler.on_evaluate(
            self.args, self.state, self.control, metrics
        )
        return metrics
