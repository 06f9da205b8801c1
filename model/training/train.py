"""Training one system on one release: the Hugging Face Trainer over a PreTrainedModel.

The weights of the epoch with the best strict micro F1 on dev are kept (ties: the earlier). Nothing of
the loop is ours, so `accelerate launch` and `torchrun` make it distributed: a step's batch is shared by
the processes, and so are the records that are scored. Training runs in bfloat16 where the hardware
has it; evaluation always in float32, so that scores do not hang on batches.
"""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import torch
from safetensors.torch import load_model
from torch.nn import Module
from torch.utils.data import Sampler
from transformers import PrinterCallback, Trainer, TrainingArguments

from ...schema import Record, Release, Split, UsageError, score_spans
from ...schema.progress import OnCount
from ..networks.tagger import BuiltSystem
from ..systems.preset import Preset
from ..tagging.scored_span import ScoredSpan
from ..tagging.tag import tag
from . import processes
from .checkpoints import Finished, latest_complete, read_finished, write_finished
from .cost_estimate import Estimate, estimate
from .length_sampler import LengthGroupedSampler
from .monitor import OnEpoch, TrainingMonitor
from .optimizer_groups import parameter_groups

SAVE_SECONDS = 600
"""Longer epochs are saved in between, about so often."""

OnEstimate = Callable[[Estimate], None]


@dataclass(frozen=True)
class TrainedSystem:
    """A trained system and what it says of the dev and test records, in their order.

    dev_f1: strict micro F1 after each epoch. seconds: of training, evaluation included.
    """

    built: BuiltSystem
    predictions: dict[Split, list[list[ScoredSpan]]]
    dev_f1: list[float]
    seconds: float
    precision: str


def train(
    built: BuiltSystem,
    release: Release,
    preset: Preset,
    *,
    seed: int,
    on_step: OnCount,
    on_epoch: OnEpoch,
    on_estimate: OnEstimate = lambda estimate: None,
    checkpoints: Path | None = None,
) -> TrainedSystem:
    """Trains on train, chooses the epoch on dev, predicts dev and test.

    checkpoints: a folder (see `checkpoints.py`) where an interrupted training goes on; None to begin
    anew and keep nothing.
    """
    processes.join_group()
    history = TrainingMonitor(preset.patience)
    if processes.is_first():
        history.on_step, history.on_epoch = on_step, on_epoch
    with _folder(checkpoints) as folder:
        if finished := read_finished(folder):
            model = cast(Module, built.model)
            load_model(model, folder / finished.best / "model.safetensors")
            model.to("cuda" if torch.cuda.is_available() else "cpu")
            history.restore(finished.dev_f1, finished.seconds)
        else:
            arguments = _arguments(preset, folder=folder, seed=seed, keeps=checkpoints is not None)
            trainer = _Trainer(built, release, preset=preset, arguments=arguments, history=history)
            expected = trainer.estimate()
            if processes.is_first():
                on_estimate(expected)
            history.save_every = max(1, round(SAVE_SECONDS / expected.seconds))
            last = latest_complete(folder)
            trainer.train(resume_from_checkpoint=str(last) if last else None)
            if checkpoints and processes.is_first():
                best = Path(str(trainer.state.best_model_checkpoint)).name
                write_finished(folder, Finished(best, history.dev_f1, history.seconds))
    seconds = history.seconds
    predictions: dict[Split, list[list[ScoredSpan]]] = {
        "dev": tag_in_parallel(built, release.splits["dev"]),
        "test": tag_in_parallel(built, release.splits["test"]),
    }
    precision = "bfloat16" if has_bfloat16() else "float32"
    return TrainedSystem(built, predictions, history.dev_f1, seconds, precision)


def tag_in_parallel(built: BuiltSystem, records: Sequence[Record]) -> list[list[ScoredSpan]]:
    """`tag`, each process its share of the records; all get the whole answer."""
    ours = tag(built, records[processes.rank() :: processes.count()])
    found: list[list[ScoredSpan]] = [[] for _ in records]
    for rank, part in enumerate(processes.gather(ours)):
        found[rank :: processes.count()] = part
    return found


def has_bfloat16() -> bool:
    """Whether this machine multiplies bfloat16 in hardware; without, it is many times slower."""
    if torch.cuda.is_available():
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    return bool(torch.ops.mkldnn._is_mkldnn_bf16_supported())


def posts_per_forward(preset: Preset) -> int:
    """How many each process works off together: its part of a step's batch. Raises UsageError."""
    parts = preset.accumulate * processes.count()
    if preset.batch_size % parts:
        raise UsageError(
            f"--accumulate {preset.accumulate}: a step's batch of {preset.batch_size} does not fall"
            f" into {parts} equal parts",
            f"give one whose product with the processes divides {preset.batch_size}",
        )
    return preset.batch_size // parts


@contextlib.contextmanager
def _folder(checkpoints: Path | None) -> Any:
    """Where the Trainer writes: the same for all processes."""
    if checkpoints is not None:
        checkpoints.mkdir(parents=True, exist_ok=True)
        yield checkpoints.resolve()
        return
    with tempfile.TemporaryDirectory(prefix="mnerctl-train-") as folder:
        yield Path(processes.gather(folder)[0])
        processes.wait_for_all()


def _arguments(preset: Preset, *, folder: Path, seed: int, keeps: bool) -> TrainingArguments:
    """keeps: whether what is saved is enough to go on."""
    return TrainingArguments(
        output_dir=str(folder),
        num_train_epochs=preset.epochs,
        per_device_train_batch_size=posts_per_forward(preset),
        gradient_accumulation_steps=preset.accumulate,
        per_device_eval_batch_size=max(32, preset.batch_size),
        warmup_steps=preset.warmup,
        lr_scheduler_type="linear",
        max_grad_norm=1.0,
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
        and not torch.cuda.is_available(),  # else it shares nothing there
        seed=seed,
    )


class _Trainer(Trainer):
    """bfloat16 in training steps only; evaluation is what `tag` says of the dev records."""

    def __init__(
        self,
        built: BuiltSystem,
        release: Release,
        *,
        preset: Preset,
        arguments: TrainingArguments,
        history: TrainingMonitor,
    ) -> None:
        self._rows = built.reader.encode(release.splits["train"])
        optimizer = torch.optim.AdamW(parameter_groups(built.model, preset), fused=True)
        super().__init__(
            model=built.model,
            args=arguments,
            data_collator=built.reader.collate,
            train_dataset=self._rows,
            eval_dataset=self._rows.select([]),  # wanted, never read
            optimizers=(optimizer, None),
            callbacks=[history],
        )
        self.remove_callback(PrinterCallback)
        self._built, self._dev = built, release.splits["dev"]
        self._batch_size = preset.batch_size
        self._bf16 = has_bfloat16()

    def compute_loss_context_manager(self) -> contextlib.ExitStack:
        contexts = contextlib.ExitStack()
        if self._bf16:
            contexts.enter_context(torch.autocast(self.args.device.type, dtype=torch.bfloat16))
        return contexts

    def estimate(self) -> Estimate:
        """The slowest process says how long a step takes."""
        batches = -(-len(self._rows) // self._batch_size)
        ours = estimate(
            self._built,
            self._rows,
            batch_size=self.args.per_device_train_batch_size,
            accumulate=self.args.gradient_accumulation_steps,
            steps=int(batches * self.args.num_train_epochs),
            precision=self.compute_loss_context_manager,
        )
        return max(processes.gather(ours), key=lambda one: one.seconds)

    def _get_train_sampler(self, train_dataset: Any = None) -> Sampler[int]:
        return LengthGroupedSampler(
            self._rows["length"],
            batch_size=self._batch_size,
            seed=self.args.seed,
            epoch=lambda: int(self.state.epoch or 0),
        )

    def evaluate(self, *_: Any, **__: Any) -> dict[str, float]:
        """Strict micro F1 against the whole records of dev, under the name the Trainer looks for."""
        predicted = [[one.span for one in row] for row in tag_in_parallel(self._built, self._dev)]
        f1 = score_spans([record.spans for record in self._dev], predicted).micro.f1
        metrics = {"eval_f1": f1}
        self.control = self.callback_handler.on_evaluate(
            self.args, self.state, self.control, metrics
        )
        return metrics
