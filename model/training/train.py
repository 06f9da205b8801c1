"""Train one system on one release with the Hugging Face Trainer.

The weights of the epoch with the best strict micro F1 on dev are kept (the earlier one of equals). The
loop is the Trainer's own, so `accelerate launch` and `torchrun` distribute it: the processes share the
batch of each step and the records that are scored. Training uses bfloat16 if the hardware supports it.
Evaluation always uses float32, so that scores do not depend on the batches.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import torch
from safetensors.torch import load_model
from torch.nn import Module

from ...schema import Release, Split
from ...schema.atomic_write import temporary_folder
from ...schema.progress import OnCount
from ..inputs.picture_cache import cache_folder
from ..networks.tagger import BuiltSystem
from ..systems.preset import Preset
from ..tagging.scored_span import ScoredSpan
from . import processes
from .checkpoints import Finished, latest_complete, read_finished, write_finished
from .cost_estimate import Estimate
from .environment import has_bfloat16
from .monitor import OnEpoch, TrainingMonitor
from .parallel_tagging import tag_in_parallel
from .trainer import SystemTrainer, training_arguments

SAVE_SECONDS = 600
"""Seconds between checkpoints within an epoch, about."""

OnEstimate = Callable[[Estimate], None]


@dataclass(frozen=True)
class TrainedSystem:
    """A trained system and its predictions.

    Attributes:
        built: the system.
        predictions: the predicted spans of the dev and test records, in their order.
        dev_f1: strict micro F1 on dev after each epoch, 0 to 1.
        seconds: seconds of training, evaluation included.
        precision: "bfloat16" or "float32", in training.
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
    """Train on train, choose the epoch by dev, and predict dev and test.

    Args:
        built: a fresh system.
        release: the release to train on.
        preset: the settings.
        seed: the seed of the order of the texts.
        on_step: called with (steps done, all steps).
        on_epoch: called after each epoch.
        on_estimate: called with the estimated cost before the first step.
        checkpoints: a folder of `checkpoint_folder` from which an interrupted training continues;
            None starts from the beginning and keeps no checkpoints.
    """
    processes.join_group()
    monitor = TrainingMonitor(preset.patience)
    if processes.is_first():
        monitor.on_step, monitor.on_epoch = on_step, on_epoch
    with _folder(checkpoints) as folder:
        if finished := read_finished(folder):
            model = cast(Module, built.model)
            load_model(model, folder / finished.best / "model.safetensors")
            model.to("cuda" if torch.cuda.is_available() else "cpu")
            monitor.restore(finished.dev_f1, finished.seconds)
        else:
            arguments = training_arguments(
                preset, folder=folder, seed=seed, keeps=checkpoints is not None
            )
            trainer = SystemTrainer(
                built, release, preset=preset, arguments=arguments, monitor=monitor
            )
            expected = trainer.estimate()
            if processes.is_first():
                on_estimate(expected)
            monitor.save_every = max(1, round(SAVE_SECONDS / expected.seconds))
            last = latest_complete(folder)
            trainer.train(resume_from_checkpoint=str(last) if last else None)
            if checkpoints and processes.is_first():
                best = Path(str(trainer.state.best_model_checkpoint)).name
                write_finished(folder, Finished(best, monitor.dev_f1, monitor.seconds))
    seconds = monitor.seconds
    predictions: dict[Split, list[list[ScoredSpan]]] = {
        "dev": tag_in_parallel(built, release.splits["dev"]),
        "test": tag_in_parallel(built, release.splits["test"]),
    }
    precision = "bfloat16" if has_bfloat16() else "float32"
    return TrainedSystem(built, predictions, monitor.dev_f1, seconds, precision)


@contextmanager
def _folder(checkpoints: Path | None) -> Any:
    """Yield the folder that the Trainer writes to, the same in all processes."""
    if checkpoints is not None:
        checkpoints.mkdir(parents=True, exist_ok=True)
        yield checkpoints.resolve()
        return
    with temporary_folder(cache_folder()) as folder:
        yield processes.gather(folder.resolve())[0]
        processes.wait_for_all()
