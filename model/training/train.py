"""Train one system on one release with the Hugging Face Trainer.

The weights of the epoch with the best strict micro F1 on dev are kept (of equals, the one that the preset
says). The loop is the Trainer's own, so `accelerate launch` and `torchrun` distribute it: the processes
share the batch of each step and the records that are scored. Training uses bfloat16 if the hardware has it.
Evaluation always uses float32, so that scores do not depend on the batches.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import torch
from safetensors.torch import load_model
from torch.nn import Module

from ...schema import Release, Split
from ...schema.files.atomic_write import temporary_folder
from ...schema.progress import OnCount
from ..inputs.picture_cache import cache_folder
from ..machine import processes
from ..machine.machine import Machine
from ..machine.precision import choose_precision
from ..machine.threads import Threads, choose_threads, using_threads
from ..networks.tagger import BuiltSystem
from ..systems.preset import Preset
from ..tagging.scored_span import ScoredSpan
from .checkpoints import (
    WEIGHTS,
    Finished,
    latest_complete,
    read_finished,
    stored_machine,
    write_finished,
)
from .cost_estimate import Estimate
from .monitor import OnEpoch, TrainingMonitor
from .pace import Pace
from .parallel_tagging import tag_in_parallel
from .trainer import SystemTrainer, training_arguments

SAVE_SECONDS = 600
"""Seconds between checkpoints within an epoch, about."""

OnEstimate = Callable[[Estimate], None]
OnMachine = Callable[[Machine], None]


@dataclass(frozen=True)
class TrainedSystem:
    """A trained system and its predictions.

    Attributes:
        built: the system.
        predictions: the predicted spans of the dev and test records, in their order.
        dev_f1: strict micro F1 on dev after each epoch, 0 to 1.
        seconds: seconds of training, evaluation included.
        machine: how the training computed.
        losses: the mean loss in each part of an epoch, in order; see `loss_curve.py`.
    """

    built: BuiltSystem
    predictions: dict[Split, list[list[ScoredSpan]]]
    dev_f1: list[float]
    seconds: float
    machine: Machine
    losses: list[float]


def train(
    built: BuiltSystem,
    release: Release,
    preset: Preset,
    *,
    seed: int,
    on_step: OnCount,
    on_epoch: OnEpoch,
    on_estimate: OnEstimate = lambda estimate: None,
    on_machine: OnMachine = lambda machine: None,
    on_pace: Callable[[str], None] = lambda text: None,
    on_left: Callable[[float], None] = lambda seconds: None,
    tagged_after: int = 0,
    machine: Machine | None = None,
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
        on_machine: called before training with how it computes, unless `machine` is given.
        on_pace: called with a sentence if steps take another time than announced.
        on_left: called before `on_step` with the seconds that are left, tagging included.
        tagged_after: posts that the caller tags afterwards with this system; they count in the seconds left.
        machine: how to compute, as another training of this task has chosen it; None chooses. A training
            that continues computes as it began.
        checkpoints: a folder of `checkpoint_folder` from which an interrupted training continues;
            None starts from the beginning and keeps no checkpoints.
    """
    processes.join_group()
    monitor = TrainingMonitor(preset.patience)
    monitor.settings = preset.identity()
    if processes.is_first():
        monitor.on_step, monitor.on_epoch = on_step, on_epoch
        monitor.on_pace, monitor.on_left = on_pace, on_left
    dev: list[list[ScoredSpan]] | None = None
    with _folder(checkpoints) as folder:
        known = processes.gather(stored_machine(folder) or machine)[0]
        if finished := read_finished(folder):
            model = cast(Module, built.model)
            load_model(model, folder / finished.best / WEIGHTS)
            model.to("cuda" if torch.cuda.is_available() else "cpu")
            monitor.restore(finished.dev_f1, finished.seconds)
            losses = finished.losses
            chosen = known or _unknown(preset)
        else:
            precision = known.precision if known else choose_precision(preset.precision)
            precision = processes.gather(precision)[0]
            arguments = training_arguments(
                preset, folder=folder, seed=seed, keeps=checkpoints is not None
            )
            trainer = SystemTrainer(
                built,
                release,
                preset=preset,
                arguments=arguments,
                monitor=monitor,
                precision=precision,
            )
            timer = trainer.step_timer()
            threads = known.threads if known else choose_threads(preset.threads, timer.medium)
            monitor.machine = chosen = Machine(precision, processes.gather(threads)[0])
            if processes.is_first() and machine is None:
                on_machine(chosen)
            with using_threads(chosen.threads.count):
                expected = trainer.estimate(timer)
                del timer
                if processes.is_first():
                    on_estimate(expected)
                monitor.save_every = max(1, round(SAVE_SECONDS / expected.seconds))
                monitor.pace = Pace(
                    expected.seconds,
                    now=time.monotonic(),
                    batch_size=preset.batch_size,
                    dev=len(release.splits["dev"]),
                    after=len(release.splits["test"]) + tagged_after,
                )
                last = latest_complete(folder)
                trainer.train(resume_from_checkpoint=str(last) if last else None)
            losses, dev = monitor.losses.means(), trainer.best_dev
            if checkpoints and processes.is_first():
                best = Path(str(trainer.state.best_model_checkpoint)).name
                ended = Finished(
                    best,
                    monitor.dev_f1,
                    monitor.seconds,
                    machine=chosen.stored(),
                    losses=losses,
                    settings=monitor.settings,
                )
                write_finished(folder, ended)
    seconds = monitor.seconds
    with using_threads(chosen.threads.count):
        predictions: dict[Split, list[list[ScoredSpan]]] = {
            "dev": dev or tag_in_parallel(built, release.splits["dev"]),
            "test": tag_in_parallel(built, release.splits["test"]),
        }
    return TrainedSystem(built, predictions, monitor.dev_f1, seconds, chosen, losses)


def _unknown(preset: Preset) -> Machine:
    """Return how this machine computes, for a training that ended and did not store it."""
    threads = Threads(torch.get_num_threads(), "the training did not store it")
    return Machine(choose_precision(preset.precision), threads)


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
