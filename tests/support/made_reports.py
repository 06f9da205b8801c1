"""Reports of train-check that nobody trained: posts and answers are made, figures follow from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from random import Random

from mnerctl.model.gate.checks import data_rules
from mnerctl.model.gate.judge import Held, judge
from mnerctl.model.gate.report import Report, Training
from mnerctl.model.gate.task import Found, Task, Watching, plain
from mnerctl.model.measures.image_views import VIEW_NAMES
from mnerctl.model.systems import SYSTEMS
from mnerctl.model.systems.image_inputs import ImageInputs
from mnerctl.model.systems.preset import PRESETS
from mnerctl.model.tagging.scored_span import ScoredSpan
from mnerctl.schema import Record, Release, Span, tags_from_spans

NAMES = ("Ada", "Rome", "Acme", "Wimbledon")
TYPES = ("PER", "LOC", "ORG", "MISC")
SILENT = Watching(
    on_step=lambda done, total: None,
    on_view=lambda done, total: None,
    on_estimate=lambda job, estimate: None,
    on_epoch=lambda job, epoch, f1: None,
)


def made_posts(count: int, *, first: int = 0, wrong: float = 0.0) -> tuple[Record, ...]:
    """Posts of two names each, the second of a type that nothing but an image tells; 0 to 4 images.

    wrong: the share of posts with a label that is not the true one.
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


def answers(records: Sequence[Record], right: float, seed: int) -> list[list[ScoredSpan]]:
    """The first name always; the second one's type with this probability, else another."""
    found = []
    for record in records:
        chance = Random(f"{seed} {record.id}")
        first, second = record.spans
        if chance.random() >= right:
            second = replace(second, type=TYPES[TYPES.index(second.type) - 2])
        found.append([ScoredSpan(first, 0.99), ScoredSpan(second, round(0.5 + chance.random() / 2, 4))])
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
        watching=SILENT,
    )


def made_found(
    task: Task, *, right: float = 0.9, without: float = 0.3, retrained: bool = False
) -> Found:
    """right: of the second names with all images. without: through every view that spoils them."""
    found = Found(precision="float32")
    test = task.release.splits["test"]
    for seed in task.seeds:
        for split in ("dev", "test"):
            rows = answers(task.release.splits[split], right, seed)  # type: ignore[index]
            found.predictions[split].append(rows)  # type: ignore[index]
        spans = plain(found.predictions["test"][-1])
        words = [len(record.text) for record in test]
        found.tags.append([tags_from_spans(*pair) for pair in zip(spans, words, strict=True)])
        for view in VIEW_NAMES if task.system.uses_images else ():
            found.viewed[view].append(plain(answers(test, without, seed)))
        found.trainings.append(
            Training(seed=seed, images="all", dev_f1=(0.5, 0.8, 0.9), seconds=2.0)
        )
        if retrained:
            found.retrained["none"].append(plain(answers(test, without + 0.1, seed)))
            found.trainings.append(
                Training(seed=seed, images="none", dev_f1=(0.4, 0.6), seconds=1.0)
            )
    return found


def made_report(task: Task, found: Found, **held: object) -> Report:
    """What the judge says of it. held: as in `Held`."""
    asked = {"audited": data_rules(0, 0, first=""), "min_f1": None, "earlier": None}
    return judge(task, found, None, Held(**asked | {"require": frozenset()} | held))  # type: ignore[arg-type]


def spans_of(records: Sequence[Record]) -> list[list[Span]]:
    return [record.spans for record in records]
