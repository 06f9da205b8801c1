"""What train-check prints while it trains and at the end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from ..console import print_json, print_line, progress, say, timed_progress
from ..phases import Phases
from ..tables import print_ablations, print_checks, print_scores

if TYPE_CHECKING:
    from ...model.gate.report import Report
    from ...model.gate.task import Job, ProgressCallbacks, Task
    from ...model.machine.machine import Machine
    from ...model.suspects.find import Suspects
    from ...model.systems.preset import Preset
    from ...model.tagging.truncated import Truncated
    from ...model.training.cost_estimate import Estimate
    from ...schema import Split

SUSPECT_FOLDS = 5


def callbacks(bars: ExitStack, phases: Phases) -> ProgressCallbacks:
    """Return callbacks with one bar for the steps of all trainings, and one for tagging with views.

    Args:
        bars: closes the bars.
        phases: gets the time of `training` and `judging`.
    """
    from ...model.gate.task import ProgressCallbacks

    show_step, on_left = bars.enter_context(timed_progress("training"))
    show_view = bars.enter_context(progress("views"))

    def on_step(done: int, total: int) -> None:
        phases.reached("training")
        show_step(done, total)

    def on_epoch(job: Job, epoch: int, f1: float) -> None:
        phases.reached("training")
        say(f"{job.name}{': ' if job.name else ''}epoch {epoch}: dev F1 {100 * f1:.2f}")

    def on_view(done: int, total: int) -> None:
        phases.reached("judging")
        show_view(done, total)

    return ProgressCallbacks(
        on_step=on_step,
        on_left=on_left,
        on_view=on_view,
        on_estimate=_print_estimate,
        on_epoch=on_epoch,
        on_machine=print_machine,
        on_pace=_print_pace,
        on_truncated=print_truncated,
    )


def _print_estimate(job: Job, estimate: Estimate) -> None:
    if job.number == 0:
        say(str(estimate) + (f" for each of {job.jobs} trainings" if job.jobs > 1 else ""))


def print_machine(machine: Machine) -> None:
    """Print how a training computes, with a warning if that is slow on this machine."""
    say(("warning: " if machine.precision.is_emulated else "") + str(machine))


def print_truncated(splits: Mapping[Split, Truncated]) -> None:
    """Print how many posts are longer than the system reads, if there are any."""
    from ...model.tagging.truncated import truncated_text

    if found := truncated_text(splits):
        say(f"warning: posts longer than the system reads: {found}; lost entities count as missed")


def _print_pace(job: Job, text: str) -> None:
    say(f"{job.name}{': ' if job.name else ''}{text}")


def find_suspects(task: Task, preset: Preset, folders: Sequence[Path]) -> Suspects:
    """Find label suspects with the system of the task; each fold can be continued in its folder."""
    from ...model.suspects.find import find_suspects as find

    with progress("suspects") as on_text:
        return find(
            task.release,
            task.system,
            preset,
            folds=len(folders),
            seed=task.seeds[0],
            image=task.images.encoder,
            pictures=task.images.pictures,
            checkpoints=folders,
            on_text=on_text,
            on_fold=print_fold,
            on_machine=print_machine,
        )


def print_fold(fold: int, folds: int, f1: float) -> None:
    """Print the F1, 0 to 1, of the judge of a fold."""
    say(f"fold {fold} of {folds}: the F1 of its judge is {100 * f1:.2f}")


def print_report(report: Report, folder: Path, *, as_json: bool) -> None:
    """Print scores, effects of images, checks, and one sentence.

    Raises:
        CheckFailed: the verdict is `fail`.
    """
    from ...model.gate.report_text import headline, not_asked
    from ...model.measures.score import percent
    from ...schema import CheckFailed

    run, micro = report.run, report.scores["test"]["micro"]
    if as_json:
        print_json(report.model_dump(mode="json"))
    else:
        print_scores(f"{run.release}: {run.system}, test", report.scores["test"])
        print_ablations(report.ablations)
        print_checks(report.checks)
        if report.not_asked:
            print_line(not_asked(report.not_asked))
    say(
        f"{report.verdict}: test F1 {headline(micro)} (strict; seqeval's default"
        f" {percent(report.seqeval_default.mean)}), trained in {run.seconds:.0f} s;"
        f" see {folder}/report.html"
    )
    if report.verdict == "fail":
        failed = [check for check in report.checks if check.level == "fail"]
        for check in failed:
            say(f"{check.name}: {check.reason}")
        names = ", ".join(check.title for check in failed)
        raise CheckFailed(f"{run.release}: not fit to publish: {names}", f"read {folder}/report.md")
