"""train-check: train a system on a release and decide, by named checks, whether it is fit to publish.

This module has the order of the steps; `runs.py` trains, `judge.py` computes the figures, and `checks.py`
has the checks. Whatever can be refused is refused before torch is loaded, which takes seconds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from ...schema import DataError, Problem, Release, UsageError
from ...schema.files.atomic_write import refuse_existing, temporary_folder
from ...schema.progress import OnCount, ignore_count
from ..machine import processes
from ..measures.image_views import ViewName
from ..systems import SYSTEMS
from ..systems.config import TrainingConfig
from ..systems.preset import PRESETS, Preset
from ..systems.settings import configured
from ..systems.system import System
from ..training.batch_parts import posts_per_forward
from .earlier_report import EarlierReport, read_earlier_report
from .figures import Inspection
from .report import Report
from .task import ProgressCallbacks, Task, refuse_empty_splits

if TYPE_CHECKING:
    from ..suspects.find import Suspects
    from ..systems.image_inputs import ImageInputs

Required = Literal["learnability", "images", "order", "labels"]


@dataclass(frozen=True, kw_only=True)
class SuspectSearch:
    """A search for label suspects, after the trainings.

    Attributes:
        preset: the settings of the judges.
        folds: number of folds.
        find: searches, given the task, the settings, and the folder of each fold's training.
    """

    preset: Preset
    folds: int
    find: Callable[[Task, Preset, Sequence[Path]], Suspects]


@dataclass(frozen=True, kw_only=True)
class CheckOptions:
    """What to check.

    Attributes:
        seeds: one training per seed.
        inspect: runs the audit and the search for leaks, which belong to another wing.
        min_f1: smallest test F1, in percent.
        against: folder of an earlier report to compare with.
        require: checks that also fail if they are undecided; `images` and `order` must be shown to help.
        retrain: views of the images to train on as well.
        allow_missing_images: mask images that are missing or unreadable.
        suspects: a search for label suspects, None to skip it.
    """

    seeds: Sequence[int]
    inspect: Callable[[], Inspection]
    min_f1: float | None = None
    against: Path | None = None
    require: frozenset[Required] = frozenset()
    retrain: Sequence[ViewName] = ()
    allow_missing_images: bool = False
    suspects: SuspectSearch | None = None


def train_check(
    release: Release,
    system: System,
    preset: Preset,
    options: CheckOptions,
    *,
    out: Path,
    progress: ProgressCallbacks,
    on_picture: OnCount,
    on_problems: Callable[[list[Problem]], None],
) -> Report:
    """Train, score, judge, and write the report folder `out`.

    A post that is withdrawn meanwhile counts in the scores, and is left out of everything that shows posts.

    Raises:
        DataError: `out` exists, a split has no entity, the earlier report cannot be read, or images are
            missing or unreadable and this is not allowed.
        UsageError: the options do not fit the system or the batch size, or an interrupted training had
            other settings.
    """
    posts_per_forward(preset)
    refuse_existing(out, "a report")
    refuse_empty_splits(release)
    earlier = _earlier_report(system, preset, options)
    inspected = options.inspect()
    from ..training.checkpoints import refuse_other_settings, removed_when_done
    from .judge import Requirements, judge
    from .report_files import write_report
    from .runs import checkpoint_folders, run_all

    with processes.first_before_others():
        images = _image_inputs(release, system, preset, options, on_picture)
    if processes.is_first():
        on_problems(images.problems)
    with temporary_folder(out.parent) as folder:
        task = Task(
            release=release,
            system=system,
            preset=preset,
            seeds=options.seeds,
            retrain=options.retrain,
            images=images,
            out=out,
            model=folder / "model",
            progress=progress,
        )
        folders = checkpoint_folders(task)
        refuse_other_settings(folders, preset)
        search = options.suspects
        of_folds = _fold_folders(task, search) if search else []
        with removed_when_done(*folders, *of_folds):  # done includes the report
            results = run_all(task, folders)
            suspects = search.find(task, search.preset, of_folds) if search else None
            requirements = Requirements(
                inspected=inspected,
                min_f1=options.min_f1,
                earlier=earlier,
                require=options.require,
            )
            report = judge(task, results, suspects, requirements)
            if processes.is_first():
                on_problems(write_report(task, report, results, suspects).problems())
    return report


def train_named(
    release: Release,
    system: str,
    *,
    preset_name: str,
    config: TrainingConfig,
    options: CheckOptions,
    out: Path,
    on_step: OnCount,
) -> Report:
    """Run `train_check` with a system and settings that are given by name, and show nothing.

    Raises:
        UsageError: there is no such system.
    """
    if system not in SYSTEMS:
        raise UsageError(f"{system!r} is not a system", f"choose from {', '.join(SYSTEMS)}")
    trained = SYSTEMS[system]
    return train_check(
        release,
        trained,
        configured(trained, PRESETS[preset_name], config),
        options,
        out=out,
        progress=ProgressCallbacks(on_step=on_step),
        on_picture=ignore_count,
        on_problems=lambda problems: None,
    )


def _fold_folders(task: Task, search: SuspectSearch) -> list[Path]:
    from ..suspects.find import fold_folders

    return fold_folders(
        task.release,
        task.system,
        search.preset,
        folds=search.folds,
        seed=task.seeds[0],
        out=task.out,
    )


def _earlier_report(system: System, preset: Preset, options: CheckOptions) -> EarlierReport | None:
    need_images = [*sorted(options.require & {"images", "order"}), *options.retrain]
    if need_images and not system.uses_images:
        raise UsageError(
            f"{need_images[0]}: {system.name} does not use images",
            "leave out --require and --retrain, or give --system tpm-mi",
        )
    if options.against is None:
        return None
    return read_earlier_report(options.against, system=system, preset=preset)


def _image_inputs(
    release: Release, system: System, preset: Preset, options: CheckOptions, on_picture: OnCount
) -> ImageInputs:
    from ..systems.image_inputs import load_image_inputs

    images = load_image_inputs(release, system, preset, on_picture=on_picture)
    fatal = [problem for problem in images.problems if _is_fatal(problem, release)]
    if fatal and not options.allow_missing_images:
        named = {name for record in release.records() for name in record.images}
        raise DataError(
            f"{release.folder}: {len(fatal)} of {len(named)} images cannot be used; the first:"
            f" {fatal[0].where}: {fatal[0].found}",
            "complete the images, or mask them with --allow-missing-images",
            problems=[replace(problem, level="error", detail="") for problem in fatal],
        )
    return images


def _is_fatal(problem: Problem, release: Release) -> bool:
    """Return whether a masked picture is an error: published corpora have some that do not decode."""
    return problem.rule == "image-missing" or release.manifest is not None
