"""From what the trainings found to a report: all figures, then all checks, then the verdict."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from statistics import fmean

from ...schema import Split
from ..measures import mistakes
from ..measures.baselines import baselines
from ..measures.image_views import VIEW_NAMES, Ablation, How, ViewName, ablation
from ..measures.score import Predicted, breakdown, scores, seqeval_default
from ..measures.test_in_train import copies_in_train
from ..suspects.find import BOUND, Suspects
from ..tagging.image_weights import agreement_with_evidence
from ..training.environment import hardware, versions
from ..training.input_hashes import records_hash
from . import checks
from .checks import Check, Images
from .earlier_report import Earlier, held_against
from .report import Against, Evidence, Report, Run, SuspectsFound
from .task import Found, Task

IMAGE_CHECKS: dict[ViewName, tuple[Images, str]] = {
    "none": ("images-help", "images"),
    "shuffled": ("images-belong", "images"),
    "reordered": ("image-order", "order"),
}
"""View to the check that it answers, and what must be required for that to fail."""


@dataclass(frozen=True, kw_only=True)
class Held:
    """What a release is held to: the check of the data rules, which is made elsewhere; a least F1, in
    percent; an earlier report; and of which image checks only "shown" will do."""

    audited: Check
    min_f1: float | None
    earlier: Earlier | None
    require: Collection[str]


def judge(task: Task, found: Found, doubts: Suspects | None, held: Held) -> Report:
    """The whole report."""
    release = task.release
    train, test = release.splits["train"], release.splits["test"]
    on_test = found.spans("test")
    splits: tuple[Split, ...] = ("test", "dev")
    by_split = {split: scores(release.splits[split], found.spans(split)) for split in splits}
    memory = baselines(train, test)
    against = held_against(held.earlier, test, on_test) if held.earlier else None
    ablations = _ablations(task, found)
    suspects = _suspects(doubts)
    run = _run(task, found)
    micro = by_split["test"]["micro"]
    every = [
        held.audited,
        checks.leaks(*copies_in_train(train, test)),
        checks.learnability(micro.f1, memory),
        *([checks.floor(micro.f1, held.min_f1)] if held.min_f1 is not None else []),
        *([_regression(against)] if against else []),
        *_image_checks(ablations, held.require),
        *([] if micro.deviation is None else [checks.stability(micro.deviation, len(run.seeds))]),
        *([checks.suspects(suspects.doubted, suspects.entities)] if suspects else []),
        *([checks.images_usable(run.images_masked, run.images_named)] if run.image_encoder else []),
    ]
    return Report(
        verdict="fail" if any(check.level == "fail" for check in every) else "pass",
        checks=tuple(every),
        scores=by_split,
        seqeval_default=seqeval_default(test, found.tags),
        baselines=memory,
        ablations=tuple(ablations),
        evidence=_evidence(task, found),
        groups=breakdown(train, test, on_test),
        mistakes=mistakes.kind_counts(test, on_test),
        confusion=mistakes.confusion(test, on_test),
        against=against,
        suspects=suspects,
        run=run,
    )


def _ablations(task: Task, found: Found) -> list[Ablation]:
    test = task.release.splits["test"]
    whole, seed = found.spans("test"), found.trainings[0].seed

    def of(view: ViewName, how: How, seen: list[Predicted]) -> Ablation:
        return ablation(view, how, test, with_all=whole, with_view=seen, seed=seed)

    shown = [
        of(view, "one model", found.viewed[view]) for view in VIEW_NAMES if view in found.viewed
    ]
    return [*shown, *(of(view, "trained", seen) for view, seen in found.retrained.items())]


def _evidence(task: Task, found: Found) -> Evidence | None:
    test = task.release.splits["test"]
    agreed = [agreement_with_evidence(test, weights) for weights in found.weights]
    shares = [one.share for one in agreed if one.share is not None]
    if not shares:
        return None
    return Evidence(posts=agreed[0].posts, pairs=agreed[0].pairs, share=fmean(shares))


def _image_checks(ablations: list[Ablation], require: Collection[str]) -> list[Check]:
    """By the one trained model: that is what the release taught it."""
    answered = []
    for one in ablations:
        if one.how == "one model" and one.view in IMAGE_CHECKS:
            name, wanted = IMAGE_CHECKS[one.view]
            is_required = wanted in require
            answered.append(
                checks.images_matter(
                    name, one.difference, changed=one.changed, is_required=is_required
                )
            )
    return answered


def _regression(against: Against) -> Check:
    return checks.regression(against.difference, posts=against.posts, changed=against.changed)


def _suspects(suspects: Suspects | None) -> SuspectsFound | None:
    if suspects is None:
        return None
    return SuspectsFound(doubted=suspects.doubted, entities=suspects.entities, bound=BOUND)


def _run(task: Task, found: Found) -> Run:
    release, preset = task.release, task.preset
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
        vectors=found.vectors,
        images_named=len(named),
        images_masked=len(task.images.problems),
        seeds=tuple(dict.fromkeys(training.seed for training in found.trainings)),
        precision=found.precision,
        hardware=hardware(),
        at=datetime.now(UTC).isoformat(timespec="seconds"),
        seconds=sum(training.seconds for training in found.trainings),
        trainings=tuple(found.trainings),
        versions=versions(),
    )
