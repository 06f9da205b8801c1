"""What train-check tells people while it trains, and in the end."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from ..console import print_json, progress, say
from ..tables import print_ablations, print_checks, print_scores

if TYPE_CHECKING:
    from ...model.gate.report import Report
    from ...model.gate.task import Job, Task, Watching
    from ...model.suspects.find import Suspects
    from ...model.training.cost_estimate import Estimate

SUSPECT_FOLDS = 5


def watching(bars: ExitStack) -> Watching:
    """One bar for the steps of all trainings, one for what is tagged through the views."""
    from ...model.gate.task import Watching

    return Watching(
        on_step=bars.enter_context(progress("training")),
        on_view=bars.enter_context(progress("views")),
        on_estimate=_tell_estimate,
        on_epoch=_tell_epoch,
    )


def _tell_estimate(job: Job, estimate: Estimate) -> None:
    if job.number == 0:
        say(str(estimate) + (f" for each of {job.jobs} trainings" if job.jobs > 1 else ""))


def _tell_epoch(job: Job, epoch: int, f1: float) -> None:
    say(f"{job.name}{': ' if job.name else ''}epoch {epoch}: dev F1 {100 * f1:.2f}")


def find_suspects(task: Task) -> Suspects:
    """Label suspects by the same system and settings."""
    from ...model.suspects.find import find_suspects as find

    with progress("suspects") as on_text:
        return find(
            task.release,
            task.system,
            task.preset,
            folds=SUSPECT_FOLDS,
            seed=task.seeds[0],
            image=task.images.encoder,
            pictures=task.images.pictures,
            on_text=on_text,
            on_fold=lambda fold, of, f1: say(
                f"fold {fold} of {of}: its judge has F1 {100 * f1:.2f}"
            ),
        )


def tell(report: Report, folder: Path, *, as_json: bool) -> None:
    """Scores, what images do, checks; then one sentence. Raises CheckFailed where the verdict is no."""
    from ...model.gate.report_text import headline, percent
    from ...schema import CheckFailed

    run, micro = report.run, report.scores["test"]["micro"]
    if as_json:
        print_json(report.model_dump(mode="json"))
    else:
        print_scores(f"{run.release}: {run.system}, test", report.scores["test"])
        print_ablations(report.ablations)
        print_checks(report.checks)
    say(
        f"{report.verdict}: test F1 {headline(micro)} (strict; seqeval's default"
        f" {percent(report.seqeval_default.mean)}), trained in {run.seconds:.0f} s;"
        f" look at {folder}/report.html"
    )
    if report.verdict == "fail":
        failed = [check for check in report.checks if check.level == "fail"]
        for check in failed:
            say(f"{check.name}: {check.reason}")
        names = ", ".join(check.name for check in failed)
        raise CheckFailed(f"{run.release}: not fit to publish: {names}", f"read {folder}/report.md")
