"""Compare several systems on one release, each with several seeds.

Finished runs are read, missing ones are trained (`run.py`), and all become one table (`table.py`). Nothing
is printed here.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ...schema import DataError, Problem, Release
from ...schema.files.links import links_below, refuse_links
from ...schema.progress import OnCount
from ..gate.task import refuse_empty_splits
from ..systems.config import TrainingConfig
from ..systems.preset import Preset
from ..systems.system import System
from .asked_row import read_ask_report
from .outcome import Outcome
from .run import RUNS, PlannedRun, plan_runs, run
from .table import Comparison, comparison

if TYPE_CHECKING:  # finished runs are read without torch
    from ..machine.machine import Machine
    from ..systems.image_inputs import ImageInputs
    from ..training.train import OnMachine

Progress = Callable[[str], AbstractContextManager[OnCount]]
"""Takes the name of a long step and returns its counter."""


def compare(
    release: Release,
    systems: Sequence[System],
    preset: Preset,
    *,
    config: TrainingConfig,
    seeds: Sequence[int],
    out: Path,
    ask_reports: Sequence[Path] = (),
    progress: Progress,
    on_outcome: Callable[[PlannedRun, Outcome, bool], None],
    on_problems: Callable[[list[Problem]], None],
    on_machine: OnMachine = lambda machine: None,
) -> Comparison:
    """Make the runs that `out` does not have yet, and return all of them as one table.

    Images that cannot be used are masked, because no verdict depends on this comparison.

    Args:
        release: the data.
        systems: systems to train.
        preset: their settings.
        config: the settings that the user gives.
        seeds: one run per system and seed.
        out: folder of the runs.
        ask_reports: folders of finished reports of `mnerctl ask`.
        progress: returns the counter of a long step.
        on_outcome: called with each run, its outcome, and whether it was finished before.
        on_problems: called with the images that cannot be used.
        on_machine: called with how the runs of a system compute.

    Raises:
        DataError: a split has no entity, `out` is something else, or a file in it is not valid.
        UsageError: the settings do not fit a system.
    """
    refuse_empty_splits(release)
    _make_folder(out)
    ask_rows = [read_ask_report(folder, release) for folder in ask_reports]
    planned = plan_runs(release, systems, preset, config=config, seeds=seeds, out=out)
    outcomes: list[Outcome] = []
    machines: dict[str, Machine] = {}

    def note(run: PlannedRun, machine: Machine) -> None:
        machines[run.system.name] = machine
        on_machine(machine)

    image_inputs: dict[object, ImageInputs] = {}
    for one in planned:
        outcome = one.read_outcome()
        was_finished = outcome is not None
        if outcome is None:
            key = _image_settings(one)
            if key not in image_inputs:
                image_inputs[key] = _image_inputs(release, one, progress)
                on_problems(image_inputs[key].problems)
            with progress(one.name) as on_step:
                outcome = run(
                    one,
                    release,
                    image_inputs[key],
                    on_step=on_step,
                    on_machine=partial(note, one),
                    machine=machines.get(one.system.name),
                )
            gc.collect()  # model and trainer refer to each other; the next run measures its own memory
        outcomes.append(outcome)
        on_outcome(one, outcome, was_finished)
    return comparison(
        release,
        systems,
        preset,
        config=config,
        seeds=seeds,
        outcomes=outcomes,
        ask_rows=ask_rows,
    )


def _image_settings(planned: PlannedRun) -> object:
    """Return a key that is equal for runs that can share image inputs; None if no image is used."""
    if not planned.system.uses_images:
        return None
    preset = planned.preset
    return preset.image_encoder, preset.image_size, preset.train_image_encoder


def _image_inputs(release: Release, planned: PlannedRun, progress: Progress) -> ImageInputs:
    from ..systems.image_inputs import load_image_inputs

    with progress("pictures") as on_picture:
        return load_image_inputs(release, planned.system, planned.preset, on_picture=on_picture)


def _make_folder(out: Path) -> None:
    """Make the folder of the runs, before any training.

    Raises:
        DataError: it is something else, or it cannot be made.
    """
    if out.exists() and not (out / RUNS).is_dir() and (not out.is_dir() or any(out.iterdir())):
        raise DataError(
            f"{out}: not a folder of mnerctl compare (it has no {RUNS}/)", "give another --out"
        )
    refuse_links(out, links_below(out))
    try:
        (out / RUNS).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DataError(f"{out}: {error.strerror}", "give another --out") from error
