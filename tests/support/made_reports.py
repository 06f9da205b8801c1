"""Make reports of train-check without training, from made posts and made predictions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from random import Random

from mnerctl.model.gate.figures import AuditCounts, Inspection, LeakCounts
from mnerctl.model.gate.judge import Requirements, judge
from mnerctl.model.gate.report import Report, Training
from mnerctl.model.gate.task import ProgressCallbacks, Results, Task, without_scores
from mnerctl.model.machine.machine import Machine
from mnerctl.model.machine.precision import Precision
from mnerctl.model.machine.threads import Threads
from mnerctl.model.measures.image_views import VIEW_NAMES
from mnerctl.model.systems import SYSTEMS
from mnerctl.model.systems.image_inputs import ImageInputs
from mnerctl.model.systems.preset import PRESETS
from mnerctl.model.tagging.scored_span import ScoredSpan
from mnerctl.schema import Record, Release, Span, tags_from_spans

NAMES = ("Ada", "Rome", "Acme", "Wimbledon")
TYPES = ("PER", "LOC", "ORG", "MISC")
MACHINE = Machine(Precision("float32", "made so"), Threads(1, "made so"))
NO_LEAKS = LeakCounts(100, {}, {})
SILENT = ProgressCallbacks(
    on_step=lambda done, total: None,
    on_view=lambda done, total: None,
    on_estimate=lambda job, estimate: None,
    on_epoch=lambda job, epoch, f1: None,
)


def made_posts(count: int, *, first: int = 0, wrong: float = 0.0) -> tuple[Record, ...]:
    """Return posts of two names each; only images show the type of the second. Each has 0 to 4 images.

    Args:
        count: number of posts.
        first: number of the first post.
        wrong: share of posts with a wrong label.
    """
    posts = []
    for n in range(first, first + count):
        chance = Random(n)
        place = chance.randrange(4)
        kinds = [TYPES[place], chance.choice(TYPES)]
        if Random(f"wrong {n}").random() < wrong:
            kinds[1] = TYPES[TYPES.index(kinds[1]) - 1]
        raw = f"{NAMES[place]} met Jordan {n}"
        text = tuple(raw.split())
        posts.append(
            Record(
                id=str(n),
                text=text,
                label=(f"B-{kinds[0]}", "O", f"B-{kinds[1]}", "O"),
                images=tuple(f"{n}_{position}.jpg" for position in range(n % 5)),
                raw=raw,
                offsets=tuple((raw.index(word), raw.index(word) + len(word)) for word in text),
            )
        )
    return tuple(posts)


def predictions(records: Sequence[Record], right: float, seed: int) -> list[list[ScoredSpan]]:
    """Predict the first name always, and the second one with its type with this probability, else another."""
    found = []
    for record in records:
        chance = Random(f"{seed} {record.id}")
        first, second = record.spans
        if chance.random() >= right:
            second = replace(second, type=TYPES[TYPES.index(second.type) - 2])
        found.append(
            [ScoredSpan(first, 0.99), ScoredSpan(second, round(0.5 + chance.random() / 2, 4))]
        )
    return found


def made_release(
    folder: Path, *, train: Sequence[Record] | None = None, test: Sequence[Record] | None = None
) -> Release:
    splits = {
        "train": tuple(train if train is not None else made_posts(300)),
        "dev": made_posts(60, first=1000),
        "test": tuple(test if test is not None else made_posts(200, first=2000)),
    }
    return Release("made", folder, splits, folder.joinpath)  # type: ignore[arg-type]


def made_task(release: Release, *, seeds: Sequence[int] = (1, 2), system: str = "tpm-mi") -> Task:
    return Task(
        release=release,
        system=SYSTEMS[system],
        preset=PRESETS["quick"],
        seeds=seeds,
        retrain=(),
        images=ImageInputs(None, None, []),
        out=release.folder / "report",
        model=release.folder / "weights",
        progress=SILENT,
    )


def made_results(
    task: Task, *, right: float = 0.9, without: float = 0.3, retrained: bool = False
) -> Results:
    """Return results.

    Args:
        task: what was trained.
        right: share of second names that are right with all images.
        without: the same share with every view that changes the images.
        retrained: also add trainings without images.
    """
    results = Results(machine=MACHINE)
    test = task.release.splits["test"]
    for seed in task.seeds:
        for split in ("dev", "test"):
            rows = predictions(task.release.splits[split], right, seed)  # type: ignore[index]
            results.predictions[split].append(rows)  # type: ignore[index]
        spans = without_scores(results.predictions["test"][-1])
        words = [len(record.text) for record in test]
        results.tags.append([tags_from_spans(*pair) for pair in zip(spans, words, strict=True)])
        for view in VIEW_NAMES if task.system.uses_images else ():
            results.viewed[view].append(without_scores(predictions(test, without, seed)))
        results.trainings.append(
            Training(seed=seed, images="all", dev_f1=(0.5, 0.8, 0.9), seconds=2.0, loss=(9.5, 0.25))
        )
        if retrained:
            results.retrained["none"].append(without_scores(predictions(test, without + 0.1, seed)))
            results.trainings.append(
                Training(seed=seed, images="none", dev_f1=(0.4, 0.6), seconds=1.0)
            )
    return results


def made_report(task: Task, results: Results, **given: object) -> Report:
    """Return the report of the judge.

    given: `audit` and `leaks`, and fields of `Requirements` that are not empty.
    """
    audit, leaks = given.pop("audit", AuditCounts(0, 0)), given.pop("leaks", NO_LEAKS)
    empty = {"min_f1": None, "earlier": None, "require": frozenset()}
    inspected = Inspection(audit, leaks)  # type: ignore[arg-type]
    requirements = Requirements(inspected=inspected, **empty | given)  # type: ignore[arg-type]
    return judge(task, results, None, requirements)


def spans_of(records: Sequence[Record]) -> list[list[Span]]:
    return [record.spans for record in records]
