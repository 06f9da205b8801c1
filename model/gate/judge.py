"""Turn the results of the trainings into a report: all figures, then all checks, then the verdict."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from statistics import fmean

from ...schema import Split
from ..machine.environment import hardware, versions
from ..measures import mistakes
from ..measures.baselines import baselines
from ..measures.image_views import VIEW_NAMES, Ablation, How, ViewName, ablation
from ..measures.score import Predicted, breakdown, scores, seqeval_default
from ..suspects.find import THRESHOLD, Suspects
from ..systems.preset import settings_of
from ..tagging.image_weights import agreement_with_evidence
from ..tagging.surest import surest
from ..training.input_hashes import records_hash
from .advice import after_leaks, not_asked
from .checks import CHECKS
from .earlier_report import EarlierReport, compare_with_earlier
from .figures import Figures, Inspection
from .report import Against, Evidence, Report, Run, SuspectsFound
from .task import Results, Task


@dataclass(frozen=True, kw_only=True)
class Requirements:
    """What the release is judged by, besides the results of the trainings.

    Attributes:
        inspected: counts of the audit and of leaks, which run elsewhere.
        min_f1: smallest test F1, in percent, or None.
        earlier: an earlier report to compare with, or None.
        require: `learnability`, `images`, `order` and `labels`, if they must be shown.
    """

    inspected: Inspection
    min_f1: float | None
    earlier: EarlierReport | None
    require: Collection[str]


def judge(
    task: Task, results: Results, suspects: Suspects | None, requirements: Requirements
) -> Report:
    """Return the whole report."""
    release = task.release
    train, test = release.splits["train"], release.splits["test"]
    predicted = results.spans("test")
    splits: tuple[Split, ...] = ("test", "dev")
    by_split = {split: scores(release.splits[split], results.spans(split)) for split in splits}
    earlier = requirements.earlier
    figures = Figures(
        release=release,
        predicted=predicted,
        audit=requirements.inspected.audit,
        leaks=requirements.inspected.leaks,
        micro=by_split["test"]["micro"],
        baselines=baselines(train, test),
        ablations=_ablations(task, results),
        against=_against(task, results, earlier) if earlier else None,
        surest=surest(release.splits, results.predictions),
        suspects=_suspect_counts(suspects),
        run=_run(task, results),
        min_f1=requirements.min_f1,
        require=requirements.require,
    )
    made = [made for make in CHECKS.values() if (made := make(figures)) is not None]
    checks = after_leaks(made)
    return Report(
        verdict="fail" if any(check.level == "fail" for check in checks) else "pass",
        checks=checks,
        scores=by_split,
        seqeval_default=seqeval_default(test, results.tags),
        baselines=dict(figures.baselines),
        ablations=tuple(figures.ablations),
        evidence=_evidence(task, results),
        groups=breakdown(train, test, predicted),
        mistakes=mistakes.kind_counts(test, predicted),
        confusion=mistakes.confusion(test, predicted),
        against=figures.against,
        suspects=figures.suspects,
        run=figures.run,
        not_asked=not_asked(
            checks, names=CHECKS, has_images=any(record.images for record in release.records())
        ),
    )


def _against(task: Task, results: Results, earlier: EarlierReport) -> Against:
    test, predicted = task.release.splits["test"], results.spans("test")
    settings = settings_of(task.preset)
    return compare_with_earlier(earlier, test, predicted, results.used_machine, settings)


def _ablations(task: Task, results: Results) -> list[Ablation]:
    test = task.release.splits["test"]
    with_all, seed = results.spans("test"), results.trainings[0].seed

    def of(view: ViewName, how: How, with_view: list[Predicted]) -> Ablation:
        return ablation(view, how, test, with_all=with_all, with_view=with_view, seed=seed)

    viewed = [
        of(view, "one model", results.viewed[view]) for view in VIEW_NAMES if view in results.viewed
    ]
    return [*viewed, *(of(view, "trained", found) for view, found in results.retrained.items())]


def _evidence(task: Task, results: Results) -> Evidence | None:
    test = task.release.splits["test"]
    agreed = [agreement_with_evidence(test, weights) for weights in results.image_weights]
    shares = [one.share for one in agreed if one.share is not None]
    if not shares:
        return None
    return Evidence(posts=agreed[0].posts, pairs=agreed[0].pairs, share=fmean(shares))


def _suspect_counts(suspects: Suspects | None) -> SuspectsFound | None:
    if suspects is None:
        return None
    return SuspectsFound(doubted=suspects.doubted, entities=suspects.entities, bound=THRESHOLD)


def _run(task: Task, results: Results) -> Run:
    release, preset, machine = task.release, task.preset, results.used_machine
    named = {name for record in release.records() for name in record.images}
    return Run(
        release=release.name,
        version=release.manifest.version if release.manifest else "",
        records_sha256=records_hash(release),
        records={split: len(records) for split, records in release.splits.items()},
        system=task.system.name,
        preset=preset.name,
        text_encoder=preset.text_encoder,
        image_encoder=preset.image_encoder if task.system.uses_images else None,
        vectors=results.vectors,
        images_named=len(named),
        images_masked=len(task.images.problems),
        seeds=tuple(dict.fromkeys(training.seed for training in results.trainings)),
        precision=machine.precision.name,
        precision_reason=machine.precision.reason,
        threads=machine.threads.count,
        threads_reason=machine.threads.reason,
        truncated=results.truncated,
        config=preset.config,
        settings=settings_of(preset),
        hardware=hardware(),
        at=datetime.now(UTC).isoformat(timespec="seconds"),
        seconds=sum(training.seconds for training in results.trainings),
        trainings=tuple(results.trainings),
        versions=versions(),
    )
