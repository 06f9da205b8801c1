"""train-check: trains a system on a release and says, by named checks, whether it is fit to publish.

Here is the order of things; what is asked of the figures is `checks.py`, and how they come about `runs.py`.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from ...schema import DataError, Problem, Release, UsageError
from ...schema.progress import OnCount
from ..measures.image_views import ViewName
from ..suspects.find import Suspects
from ..systems.image_inputs import ImageInputs, load_image_inputs
from ..systems.preset import Preset
from ..systems.system import System
from ..training import processes
from ..training.checkpoints import removed_when_done
from ..training.train import posts_per_forward
from .checks import Check
from .earlier_report import Earlier, read_earlier
from .judge import Held, judge
from .report import Report
from .report_files import prepare_folder, write_report
from .report_page import as_html
from .runs import checkpoint_folders, run_all
from .task import Task, Watching, refuse_empty_splits

Required = Literal["images", "order"]


@dataclass(frozen=True, kw_only=True)
class Question:
    """What is asked beyond the scores.

    audit: the check of the data rules, which another wing makes. min_f1: percent. against: an earlier
    report. require: of which image checks only "shown" will do. retrain: views to train on as well.
    suspects: finds label suspects, None not to look for any.
    """

    seeds: Sequence[int]
    audit: Callable[[], Check]
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
    question: Question,
    *,
    out: Path,
    watching: Watching,
    on_picture: OnCount,
    on_problems: Callable[[list[Problem]], None],
) -> Report:
    """Trains, scores, judges, and writes the report folder `out`.

    Raises DataError where `out` exists, a split is empty, the earlier report cannot be read, or images
    are missing or unreadable and that was not allowed; UsageError where what is asked makes no sense.
    """
    posts_per_forward(preset)
    prepare_folder(out)
    refuse_empty_splits(release)
    earlier = _earlier(system, preset, question)
    audited = question.audit()
    with processes.first_before_others():
        images = _image_inputs(release, system, preset, question, on_picture)
    if processes.is_first():
        on_problems(images.problems)
    with tempfile.TemporaryDirectory(prefix="mnerctl-model-") as folder:
        task = Task(
            release=release,
            system=system,
            preset=preset,
            seeds=question.seeds,
            retrain=question.retrain,
            images=images,
            out=out,
            model=Path(folder) / "model",
            watching=watching,
        )
        folders = checkpoint_folders(task)
        with removed_when_done(*folders):  # the report, too
            found = run_all(task, folders)
            suspects = question.suspects(task) if question.suspects else None
            held = Held(
                audited=audited, min_f1=question.min_f1, earlier=earlier, require=question.require
            )
            report = judge(task, found, suspects, held)
            if processes.is_first():
                page = as_html(report, release, found.predictions["test"][0], suspects)
                write_report(task, report, found, suspects, page=page)
    return report


def _earlier(system: System, preset: Preset, question: Question) -> Earlier | None:
    asked = [*sorted(question.require), *question.retrain]
    if asked and not system.uses_images:
        raise UsageError(
            f"{asked[0]}: {system.name} looks at no images",
            "leave --require and --retrain out, or --system tpm-mi",
        )
    if question.against is None:
        return None
    return read_earlier(question.against, system=system, preset=preset)


def _image_inputs(
    release: Release, system: System, preset: Preset, question: Question, on_picture: OnCount
) -> ImageInputs:
    images = load_image_inputs(release, system, preset, on_picture=on_picture)
    fatal = [problem for problem in images.problems if _is_fatal(problem, release)]
    if fatal and not question.allow_missing_images:
        named = {name for record in release.records() for name in record.images}
        raise DataError(
            f"{release.folder}: {len(fatal)} of {len(named)} images cannot be used; the first:"
            f" {fatal[0].where}: {fatal[0].found}",
            "complete the images, or mask them with --allow-missing-images",
            problems=[replace(problem, level="error", detail="") for problem in fatal],
        )
    return images


def _is_fatal(problem: Problem, release: Release) -> bool:
    """Published corpora have pictures that do not decode (some lack the end marker): those are known."""
    return problem.rule == "image-missing" or release.manifest is not None
