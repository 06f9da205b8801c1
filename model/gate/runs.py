"""All trainings that a check asks for, and what each finds: with all images, and through each view.

The first seed's model is kept; of the others only their answers. Nothing here judges.
"""

from __future__ import annotations

import gc
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from transformers import set_seed

from ...schema import LABELS, Record, tags_from_spans
from ..inputs.picture_features import picture_rows
from ..measures.image_views import VIEW_NAMES, VIEWS
from ..measures.score import Predicted
from ..networks.crf import Crf
from ..networks.tagger import BuiltSystem
from ..systems.saved_model import save_model
from ..systems.system import BuildInputs
from ..tagging.image_weights import image_weights
from ..tagging.tag import outputs
from ..training import processes
from ..training.checkpoints import checkpoint_folder
from ..training.input_hashes import inputs_hash
from ..training.memory import limited_threads
from ..training.train import TrainedSystem, tag_in_parallel, train
from .report import Training
from .task import Found, Job, Task, plain


def checkpoint_folders(task: Task) -> list[Path]:
    """Where each training goes on, in the order of the jobs."""
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


def run_all(task: Task, folders: Sequence[Path]) -> Found:
    """Everything, one training after the other; folders: see `checkpoint_folders`."""
    found = Found()
    with limited_threads(task.preset.threads):
        for job, folder in zip(task.jobs(), folders, strict=True):
            trained = _train(task, job, folder)
            _keep(found, job, trained)
            if job.view is None:
                if job.number == 0 and processes.is_first():
                    built, image = trained.built, task.images.encoder
                    save_model(built, task.system, task.preset, task.model, image=image)
                _look(found, task, job, trained.built)
            del trained
            gc.collect()  # a model and its trainer hold each other
    return found


def _train(task: Task, job: Job, folder: Path) -> TrainedSystem:
    """On the view, where there is one; statistics of pictures and words are those of the release."""
    release, preset, images, watching = task.release, task.preset, task.images, task.watching
    set_seed(job.seed)
    material = BuildInputs(
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
    last = (0, 0)

    def on_step(done: int, total: int) -> None:
        nonlocal last
        last = (job.number * total + done, job.jobs * total)
        watching.on_step(*last)

    trained = train(
        task.system.build(material),
        release,
        preset,
        seed=job.seed,
        on_step=on_step,
        on_epoch=lambda epoch, f1: watching.on_epoch(job, epoch, f1),
        on_estimate=lambda estimate: watching.on_estimate(job, estimate),
        checkpoints=folder,
    )
    if last[1]:  # training may have ended early; of several processes only the first is told
        watching.on_step((job.number + 1) * last[1] // job.jobs, last[1])
    return trained


def _keep(found: Found, job: Job, trained: TrainedSystem) -> None:
    found.precision = trained.precision
    found.vectors = getattr(trained.built.model.config, "vectors", None)
    images = job.view or "all"
    dev_f1, seconds = tuple(trained.dev_f1), trained.seconds
    found.trainings.append(Training(seed=job.seed, images=images, dev_f1=dev_f1, seconds=seconds))
    if job.view:
        found.retrained[job.view].append(plain(trained.predictions["test"]))
    else:
        for split, rows in trained.predictions.items():
            found.predictions[split].append(rows)


def _look(found: Found, task: Task, job: Job, built: BuiltSystem) -> None:
    """Tags as they come, weights of images, and what is found through each view."""
    test = task.release.splits["test"]
    found.tags.append(_tags(built, test, plain(found.predictions["test"][-1])))
    if not task.system.uses_images:
        return
    found.weights.append(image_weights(built, test))
    whole = len(task.seeds) * len(VIEW_NAMES)
    for view in VIEW_NAMES:
        found.viewed[view].append(_through(VIEWS[view](test, job.seed), found, task, built))
        done = sum(map(len, found.viewed.values()))
        if processes.is_first():
            task.watching.on_view(done * len(test), whole * len(test))


def _through(viewed: Sequence[Record], found: Found, task: Task, built: BuiltSystem) -> Predicted:
    """What is found through a view of test: what was found with all images, if it shows no others."""
    pictures, test = task.images.pictures, task.release.splits["test"]
    assert pictures is not None
    if picture_rows(viewed, pictures) == picture_rows(test, pictures):
        return plain(found.predictions["test"][-1])
    return plain(tag_in_parallel(built, viewed))


def _tags(built: BuiltSystem, records: Sequence[Record], predicted: Predicted) -> list[list[str]]:
    """The tags of all words, as decoded: those of a CRF that allows BIO alone are those of its entities."""
    found = [
        tags_from_spans(spans, len(record.text))
        for record, spans in zip(records, predicted, strict=True)
    ]
    decoder = built.model.decoder
    if isinstance(decoder, Crf) and decoder.forbidden.any():
        return found
    for places, batch, output in outputs(built, records):
        assert output.emissions is not None
        paths = decoder.decode(output.emissions, batch["word_mask"])
        for place, path in zip(places, paths, strict=True):
            found[place][: len(path)] = [LABELS[number] for number in path]
    return found
