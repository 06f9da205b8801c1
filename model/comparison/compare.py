"""Several systems on one release, each with several seeds: the paper's table for that release.

Runs that are finished are read, the others made (`run.py`), and all put together
(`table.py`). Nothing here prints.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from ...schema import DataError, Problem, Release
from ...schema.progress import OnCount
from ..gate.task import refuse_empty_splits
from ..systems.image_inputs import ImageInputs, load_image_inputs
from ..systems.preset import Preset
from ..systems.system import System
from .asked_row import read_asked
from .run import RUNS, Outcome, Planned, plan, run
from .table import Comparison, comparison

Progress = Callable[[str], AbstractContextManager[OnCount]]
"""Gives the counter of a long step by its name."""


def compare(
    release: Release,
    systems: Sequence[System],
    preset: Preset,
    *,
    epochs: int | None,
    seeds: Sequence[int],
    out: Path,
    asked: Sequence[Path] = (),
    progress: Progress,
    on_outcome: Callable[[Planned, Outcome, bool], None],
    on_problems: Callable[[list[Problem]], None],
) -> Comparison:
    """Makes the runs that `out` does not have yet, and puts all together.

    asked: folders of finished reports of `mnerctl ask`. on_outcome: called with each run and whether it was
    finished before. Images that cannot be used are masked: no verdict hangs on this.
    """
    refuse_empty_splits(release)
    _make_folder(out)
    answers = [read_asked(folder, release) for folder in asked]
    planned = plan(release, systems, preset, epochs=epochs, seeds=seeds, out=out)
    outcomes: list[Outcome] = []
    image_inputs: dict[object, ImageInputs] = {}
    for one in planned:
        found = one.outcome()
        was_finished = found is not None
        if found is None:
            eye = _eye(one)
            if eye not in image_inputs:
                image_inputs[eye] = _image_inputs(release, one, progress)
                on_problems(image_inputs[eye].problems)
            with progress(one.name) as on_step:
                found = run(one, release, image_inputs[eye], on_step=on_step)
            gc.collect()  # the model and its trainer hold each other; the next run's memory is its own
        outcomes.append(found)
        on_outcome(one, found, was_finished)
    return comparison(release, systems, preset, seeds=seeds, outcomes=outcomes, asked=answers)


def _eye(planned: Planned) -> object:
    """The same for runs that see the same pictures in the same way; None where no image is looked at."""
    if not planned.system.uses_images:
        return None
    preset = planned.preset
    return preset.image_encoder, preset.image_size, preset.train_image_encoder


def _image_inputs(release: Release, planned: Planned, progress: Progress) -> ImageInputs:
    with progress("pictures") as on_picture:
        return load_image_inputs(release, planned.system, planned.preset, on_picture=on_picture)


def _make_folder(out: Path) -> None:
    """Before anything is trained. Raises DataError where it is something else, or the disk refuses."""
    if out.exists() and not (out / RUNS).is_dir() and (not out.is_dir() or any(out.iterdir())):
        raise DataError(
            f"{out}: not a folder of mnerctl compare (it has no {RUNS}/)", "give another --out"
        )
    try:
        (out / RUNS).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DataError(f"{out}: {error.strerror}", "give another --out") from error
