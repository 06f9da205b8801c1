"""Run all trainings of a check, and collect the predictions with all images and with each view.

The model of the first seed is kept; of the other seeds, only the predictions. `judge.py` judges them.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from transformers import set_seed

from ...schema import LABELS, Record, tags_from_spans
from ..inputs.picture_features import picture_rows
from ..machine import processes
from ..machine.memory import limited_threads
from ..machine.threads import using_threads
from ..measures.image_views import VIEW_NAMES, VIEWS
from ..measures.score import Predicted
from ..networks.crf import Crf
from ..networks.tagger import BuiltSystem
from ..systems.saved_model import save_model
from ..systems.settings import begin
from ..systems.system import BuildInputs
from ..tagging.image_weights import image_weights
from ..tagging.tag import outputs
from ..tagging.truncated import truncated_splits
from ..training.checkpoints import checkpoint_folder
from ..training.input_hashes import inputs_hash
from ..training.parallel_tagging import tag_in_parallel
from ..training.train import TrainedSystem, train
from .report import Training
from .task import Job, Results, Task, without_scores


def checkpoint_folders(task: Task) -> list[Path]:
    """Return the checkpoint folder of each training, in the order of the jobs."""
    inputs = inputs_hash(task.release, task.system, task.preset)
    return [
        checkpoint_folder(
            task.out,
            inputs_sha256=inputs,
            system=f"{task.system.name} {job.view or 'all'}",
            preset=task.preset,
            seed=job.seed,
        )
        for job in task.jobs()
    ]


def run_all(task: Task, folders: Sequence[Path]) -> Results:
    """Run all trainings, one after the other.

    Args:
        task: what to train.
        folders: what `checkpoint_folders` returned.
    """
    results = Results()
    with limited_threads(task.preset.threads):
        for job, folder in zip(task.jobs(), folders, strict=True):
            trained = _train(task, job, folder, results)
            _store(results, job, trained)
            if job.view is None:
                if job.number == 0 and processes.is_first():
                    built, image = trained.built, task.images.encoder
                    save_model(built, task.system, task.preset, task.model, image=image)
                with using_threads(trained.machine.threads.count):
                    _evaluate(results, task, job, trained.built)
            del trained
            gc.collect()  # a model and its trainer refer to each other
    return results


def _train(task: Task, job: Job, folder: Path, results: Results) -> TrainedSystem:
    """Train on the view of the job; statistics of pictures and words come from the whole release.

    The posts that the system cuts are the same in all trainings, so the first one counts them.
    """
    release, preset, images, progress = task.release, task.preset, task.images, task.progress
    set_seed(job.seed)
    inputs = BuildInputs(
        train=release.splits["train"],
        preset=preset,
        seed=job.seed,
        image_encoder=images.encoder,
        pictures=images.pictures,
        words=frozenset(word for record in release.records() for word in record.text),
    )
    if job.view:
        view = VIEWS[job.view]
        splits = {split: view(rows, job.seed) for split, rows in release.splits.items()}
        release = replace(release, splits=splits)
    built = begin(task.system, inputs)
    if not results.truncated:
        results.truncated = truncated_splits(built.reader, release)
        if processes.is_first():
            progress.on_truncated(results.truncated)
    last = (0, 0)
    started = time.monotonic()

    def on_left(seconds: float) -> None:
        whole = time.monotonic() - started + seconds
        progress.on_left(seconds + (job.jobs - job.number - 1) * whole)

    def on_step(done: int, total: int) -> None:
        nonlocal last
        last = (job.number * total + done, job.jobs * total)
        progress.on_step(*last)

    trained = train(
        built,
        release,
        preset,
        seed=job.seed,
        on_step=on_step,
        on_epoch=lambda epoch, f1: progress.on_epoch(job, epoch, f1),
        on_estimate=lambda estimate: progress.on_estimate(job, estimate),
        on_machine=progress.on_machine,
        on_pace=lambda text: progress.on_pace(job, text),
        on_left=on_left,
        tagged_after=_tagged_after(task, job),
        machine=results.machine,
        checkpoints=folder,
    )
    if last[1]:  # training may have ended early; only the first of several processes has steps
        progress.on_step((job.number + 1) * last[1] // job.jobs, last[1])
    return trained


def _tagged_after(task: Task, job: Job) -> int:
    """Return how many posts are tagged with views, and for the weights of images, after a training."""
    views = len(VIEW_NAMES) + 1 if task.system.uses_images and job.view is None else 0
    return views * len(task.release.splits["test"])


def _store(results: Results, job: Job, trained: TrainedSystem) -> None:
    results.machine = results.machine or trained.machine
    results.vectors = getattr(trained.built.model.config, "vectors", None)
    images = job.view or "all"
    dev_f1, seconds = tuple(trained.dev_f1), trained.seconds
    loss = tuple(trained.losses)
    training = Training(seed=job.seed, images=images, dev_f1=dev_f1, seconds=seconds, loss=loss)
    results.trainings.append(training)
    if job.view:
        results.retrained[job.view].append(without_scores(trained.predictions["test"]))
    else:
        for split, rows in trained.predictions.items():
            results.predictions[split].append(rows)


def _evaluate(results: Results, task: Task, job: Job, built: BuiltSystem) -> None:
    """Store decoded tags, image weights, and the predictions with each view."""
    test = task.release.splits["test"]
    predicted = without_scores(results.predictions["test"][-1])
    results.tags.append(_decoded_tags(built, test, predicted))
    if not task.system.uses_images:
        return
    results.image_weights.append(image_weights(built, test))
    total = len(task.seeds) * len(VIEW_NAMES)
    for view in VIEW_NAMES:
        viewed = VIEWS[view](test, job.seed)
        results.viewed[view].append(_with_view(viewed, predicted, task, built))
        done = sum(map(len, results.viewed.values()))
        if processes.is_first():
            task.progress.on_view(done * len(test), total * len(test))


def _with_view(
    viewed: Sequence[Record], predicted: Predicted, task: Task, built: BuiltSystem
) -> Predicted:
    """Return the predictions for a view of test.

    Args:
        viewed: the test records with the images of the view.
        predicted: the predictions with all images, reused if the view shows the same pictures.
        task: the task.
        built: the trained system.
    """
    pictures, test = task.images.pictures, task.release.splits["test"]
    assert pictures is not None
    if picture_rows(viewed, pictures) == picture_rows(test, pictures):
        return predicted
    return without_scores(tag_in_parallel(built, viewed))


def _decoded_tags(
    built: BuiltSystem, records: Sequence[Record], predicted: Predicted
) -> list[list[str]]:
    """Return the tags of all words as decoded.

    A CRF that allows only valid BIO decodes exactly the tags of its entities, so it needs no second pass.
    """
    tags = [
        tags_from_spans(spans, len(record.text))
        for record, spans in zip(records, predicted, strict=True)
    ]
    decoder = built.model.decoder
    if isinstance(decoder, Crf) and decoder.forbidden.any():
        return tags
    for places, batch, output in outputs(built, records):
        assert output.emissions is not None
        paths = decoder.decode(output.emissions, batch["word_mask"])
        for place, path in zip(places, paths, strict=True):
            tags[place][: len(path)] = [LABELS[number] for number in path]
    return tags
