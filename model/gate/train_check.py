"""train-check: train a system on a release and decide, by named checks, whether it is fit to publish.

This module has the order of the steps; `runs.py` trains, `judge.py` computes the figures, and `checks.py`
has the checks.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from ...schema import DataError, Problem, Release, UsageError
from ...schema.files.atomic_write import refuse_existing, temporary_folder
from ...schema.progress import OnCount
from ..machine import processes
from ..measures.image_views import ViewName
from ..suspects.find import Suspects
from ..systems.image_inputs import ImageInputs, load_image_inputs
from ..systems.preset import Preset
from ..systems.system import System
from ..training.checkpoints import removed_when_done
from ..training.trainer import posts_per_forward
from .earlier_report import EarlierReport, read_earlier_report
from .figures import Inspection
from .judge import Requirements, judge
from .report import Report
from .report_files import write_report
from .runs import checkpoint_folders, run_all
from .task import ProgressCallbacks, Task, refuse_empty_splits

Required = Literal["learnability", "images", "order"]


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
        suspects: finds label suspects; None to skip the search.
    """

    seeds: Sequence[int]
    inspect: Callable[[], Inspection]
    min_f1: float | None = None
    against: Path | None = None
    require: frozenset[Required] = frozenset()
    retrain: Sequence[ViewName] = ()
    allow_missing_images: bool = False
    suspects: Callable[[Task], Suspects] | None = None


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
        UsageError: the options do not fit the system or the batch size.
    """
    posts_per_forward(preset)
    refuse_existing(out, "a report")
    refuse_empty_splits(release)
    earlier = _earlier_report(system, preset, options)
    inspected = options.inspect()
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
        with removed_when_done(*folders):  # done includes the report
            results = run_all(task, folders)
            suspects = options.suspects(task) if options.suspects else None
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


def _earlier_report(system: System, preset: Preset, options: CheckOptions) -> EarlierReport | None:
    need_images = [*sorted(options.require - {"learnability"}), *options.retrain]
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
