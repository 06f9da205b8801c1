"""One run of a comparison: a system, trained with one seed, as a folder that appears complete or not at all.

The name of the folder identifies the run: with other records, settings, word vectors or versions, it is
another run. The weights are not kept; `mnerctl train-check` keeps them. An interrupted training continues
from its last checkpoint.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pydantic import ValidationError

from ...schema import DataError, Release, score_spans
from ...schema.files.atomic_write import add_file, whole_folder
from ...schema.files.given_file import read_whole
from ...schema.progress import OnCount
from ..gate.task import without_scores
from ..machine.environment import hardware, versions
from ..measures.bootstrap import match_counts
from ..measures.score import prf_by_type
from ..systems.config import TrainingConfig
from ..systems.preset import Preset
from ..systems.settings import begin, configured
from ..systems.system import BuildInputs, System
from ..tagging.truncated import truncated_splits
from ..training.input_hashes import inputs_hash, records_hash
from .outcome import OUTCOME, Outcome

if TYPE_CHECKING:  # a run is planned, and read if it is finished, without torch
    from ..machine.machine import Machine
    from ..systems.image_inputs import ImageInputs
    from ..training.train import OnMachine, TrainedSystem

RUNS: Final = "runs"
UNFINISHED: Final = "unfinished"


@dataclass(frozen=True, slots=True)
class PlannedRun:
    """A run, finished or not: its settings, and its folder."""

    system: System
    preset: Preset
    seed: int
    folder: Path

    @property
    def name(self) -> str:
        """A name for people."""
        return f"{self.system.name}, seed {self.seed}"

    def read_outcome(self) -> Outcome | None:
        """Return the outcome, or None if the run is not finished.

        Raises:
            DataError: the file is not valid.
        """
        path = self.folder / OUTCOME
        try:
            return Outcome.model_validate_json(read_whole(path))
        except FileNotFoundError:
            return None
        except (OSError, ValidationError) as error:
            raise DataError(
                f"{path}: not as mnerctl compare wrote it",
                f"rm -r {self.folder}    # then run the same command again",
            ) from error


def plan_runs(
    release: Release,
    systems: Sequence[System],
    preset: Preset,
    *,
    config: TrainingConfig,
    seeds: Sequence[int],
    out: Path,
) -> list[PlannedRun]:
    """Return a run for every system and seed.

    Args:
        release: the data.
        systems: systems to train.
        preset: their settings, before each system adapts them.
        config: the settings that the user gives.
        seeds: the seeds.
        out: folder of the comparison.

    Raises:
        DataError: the file of word vectors, an encoder or the model to begin with does not exist.
        UsageError: the settings do not fit a system.
    """
    _refuse_missing(config.embeddings)
    planned = []
    for system in systems:
        adapted = configured(system, preset, config)
        inputs = inputs_hash(release, system, adapted)
        for seed in seeds:
            content = [inputs, system.name, adapted.identity(), seed, versions()]
            key = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:12]
            folder = out / RUNS / f"{system.name}-{seed}-{key}"
            planned.append(PlannedRun(system, adapted, seed, folder))
    return planned


def run(
    planned: PlannedRun,
    release: Release,
    images: ImageInputs,
    *,
    on_step: OnCount,
    on_machine: OnMachine = lambda machine: None,
    machine: Machine | None = None,
) -> Outcome:
    """Train, score, and write the folder.

    Args:
        planned: the run.
        release: the data.
        images: the pictures of the release and their encoder.
        on_step: called with (steps done, all steps).
        on_machine: called with how the training computes, unless `machine` is given.
        machine: how to compute; None chooses.
    """
    from transformers import set_seed

    from ..machine.memory import PeakMemory, limited_threads
    from ..training.checkpoints import removed_when_done
    from ..training.train import train

    system, preset = planned.system, planned.preset
    unfinished = planned.folder.parents[1] / UNFINISHED / planned.folder.name
    set_seed(planned.seed)
    with limited_threads(preset.threads), PeakMemory() as memory, removed_when_done(unfinished):
        inputs = BuildInputs(
            train=release.splits["train"],
            preset=preset,
            seed=planned.seed,
            image_encoder=images.encoder if system.uses_images else None,
            pictures=images.pictures if system.uses_images else None,
            words=frozenset(word for record in release.records() for word in record.text),
        )
        trained = train(
            begin(system, inputs),
            release,
            preset,
            seed=planned.seed,
            on_step=on_step,
            on_epoch=lambda epoch, f1: None,
            on_machine=on_machine,
            machine=machine,
            checkpoints=unfinished,
        )
        outcome = _outcome(planned, release, images, trained, memory.peak())
        with whole_folder(planned.folder) as partial:
            content = outcome.model_dump_json(indent=1) + "\n"
            add_file(partial / OUTCOME, content)
    return outcome


def _outcome(
    planned: PlannedRun,
    release: Release,
    images: ImageInputs,
    trained: TrainedSystem,
    memory: int,
) -> Outcome:
    predicted = {split: without_scores(rows) for split, rows in trained.predictions.items()}
    gold = {split: [record.spans for record in release.splits[split]] for split in predicted}
    return Outcome(
        system=planned.system.name,
        seed=planned.seed,
        preset=asdict(planned.preset),
        vectors=getattr(trained.built.model.config, "vectors", None),
        release=release.name,
        version=release.manifest.version if release.manifest else "",
        records_sha256=records_hash(release),
        scores={
            split: prf_by_type(score_spans(gold[split], predicted[split])) for split in predicted
        },
        matches=match_counts(gold["test"], [predicted["test"]])[0].tolist(),
        images_masked=len(images.problems) if planned.system.uses_images else 0,
        dev_f1=tuple(trained.dev_f1),
        seconds=trained.seconds,
        memory=memory,
        precision=trained.machine.precision.name,
        precision_reason=trained.machine.precision.reason,
        threads=trained.machine.threads.count,
        truncated=truncated_splits(trained.built.reader, release),
        hardware=hardware(),
        versions=versions(),
    )


def _refuse_missing(embeddings: str | None) -> None:
    """Check the file of word vectors before any training."""
    if embeddings is not None and not Path(embeddings).is_file():
        raise DataError(
            f"{embeddings}: no such file", "give a file of word vectors with --embeddings FILE"
        )
