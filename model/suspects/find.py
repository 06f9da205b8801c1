"""Find label suspects of a release: labels that a system doubts although it was not trained on them.

Each fold of the records is judged by a system that was trained on the other folds. A tenth of those, with
copies of a text kept together, chooses the epoch, so that neither the weights nor the epoch depend on the
judged labels. `rank.py` scores the doubts. The release is not changed.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from transformers import set_seed

from ...schema import SPLITS, Record, Release, Split, score_spans
from ...schema.progress import OnCount
from ...schema.removed_posts import RemovedPosts
from ..inputs.image_encoder import ImageEncoder
from ..inputs.picture_features import Pictures
from ..machine import processes
from ..machine.machine import Machine
from ..machine.memory import limited_threads
from ..measures.folds import fold_of_each
from ..systems.preset import Preset
from ..systems.settings import begin
from ..systems.system import BuildInputs, System
from ..tagging.tag import probabilities_of
from ..training.checkpoints import checkpoint_folder
from ..training.input_hashes import inputs_hash
from ..training.train import OnMachine, TrainedSystem, train
from .parts import part_of
from .rank import Doubt, doubts, readings
from .refusals import refuse_too_few_texts, refuse_trained_judges

THRESHOLD = 0.97
"""Smallest score at which a gold entity counts as doubted: another reading is some 65 times as likely."""
OnFold = Callable[[int, int, float], None]
"""Called with the fold, from 1; the number of folds; and the F1, 0 to 1, of its judge against gold."""


@dataclass(frozen=True, slots=True)
class Suspect:
    """One doubt, with the record and the split that it is about."""

    split: Split
    record: Record
    doubt: Doubt


@dataclass(frozen=True)
class Suspects:
    """The result of a search.

    Attributes:
        ranked: all suspects with a score above 0, worst first.
        records: number of records judged.
        entities: number of gold entities judged.
        system: name of the system.
        preset: name of its preset.
        seed: seed of folds, weights and order.
        judge_f1: strict micro F1 of each fold's judge against gold, 0 to 1.
        seconds: time of all trainings and judging.
        config: settings that the user gave, by key.
    """

    ranked: tuple[Suspect, ...]
    records: int
    entities: int
    system: str
    preset: str
    seed: int
    judge_f1: tuple[float, ...]
    seconds: float
    config: Mapping[str, Any] = field(default_factory=dict)

    @property
    def doubted(self) -> int:
        """The number of gold entities with a score of at least `THRESHOLD`."""
        return sum(
            one.doubt.gold is not None and one.doubt.score >= THRESHOLD for one in self.ranked
        )

    @property
    def rate(self) -> float:
        """The share of gold entities, 0 to 1, with a score of at least `THRESHOLD`."""
        return self.doubted / self.entities if self.entities else 0.0

    def without(self, removed: RemovedPosts) -> Suspects:
        """Return the search without the suspects in these posts, for files that show suspects."""
        return replace(
            self, ranked=tuple(one for one in self.ranked if not removed.has(one.record))
        )


def fold_folders(
    release: Release, system: System, preset: Preset, *, folds: int, seed: int, out: Path
) -> list[Path]:
    """Return the folder beside the report `out` from which the training of each fold continues."""
    inputs = inputs_hash(release, system, preset)
    return [
        checkpoint_folder(
            out,
            inputs_sha256=inputs,
            system=f"{system.name} fold {fold} of {folds}",
            preset=preset,
            seed=seed,
        )
        for fold in range(1, folds + 1)
    ]


def find_suspects(
    release: Release,
    system: System,
    preset: Preset,
    *,
    folds: int,
    seed: int,
    image: ImageEncoder | None,
    pictures: Pictures | None,
    checkpoints: Sequence[Path],
    on_text: OnCount,
    on_fold: OnFold,
    on_machine: OnMachine = lambda machine: None,
) -> Suspects:
    """Train `folds` times and judge every record of every split once.

    Args:
        release: the labels to judge.
        system: the system to train.
        preset: its settings.
        folds: number of folds.
        seed: seed of folds, weights and order.
        image: image encoder, as in `BuildInputs`.
        pictures: pictures, as in `BuildInputs`.
        checkpoints: the folder of each fold's training, from which it continues if it was interrupted.
        on_text: called with (texts trained on, total) over all folds and epochs.
        on_fold: called after each fold.
        on_machine: called with how the trainings compute.

    Raises:
        DataError: there are too few texts or no entities.
        UsageError: the judges would begin with weights that know the labels.
    """
    started = time.monotonic()
    records = list(release.records())
    refuse_too_few_texts(release, folds)
    refuse_trained_judges(preset)
    fold_of = fold_of_each(records, folds, seed=seed)
    parts = [part_of(release, records, fold_of, fold, seed) for fold in range(folds)]
    lengths = [preset.epochs * len(part.splits["train"]) for part in parts]
    words = frozenset(word for record in records for word in record.text)
    by_fold: list[list[list[Doubt]]] = []
    judge_f1: list[float] = []
    machine: Machine | None = None
    for fold, part in enumerate(parts):
        inputs = BuildInputs(
            train=part.splits["train"],
            preset=preset,
            seed=seed,
            image_encoder=image,
            pictures=pictures,
            words=words,
        )
        on_step = partial(_count_texts, on_text, sum(lengths[:fold]), lengths[fold], sum(lengths))
        with limited_threads(preset.threads):
            set_seed(seed)
            trained = train(
                begin(system, inputs),
                part,
                preset,
                seed=seed,
                on_step=on_step,
                on_epoch=lambda epoch, f1: None,
                on_machine=on_machine,
                machine=machine,
                checkpoints=checkpoints[fold],
            )
            if processes.is_first():
                on_text(sum(lengths[: fold + 1]), sum(lengths))  # it may have ended before
            found, f1 = _judge(part, trained)
        machine = trained.machine
        by_fold.append(found)
        judge_f1.append(f1)
        on_fold(fold + 1, folds, f1)
    return Suspects(
        ranked=_ranked(release, fold_of, by_fold),
        records=len(records),
        entities=sum(len(record.spans) for record in records),
        system=system.name,
        preset=preset.name,
        seed=seed,
        judge_f1=tuple(judge_f1),
        seconds=time.monotonic() - started,
        config=preset.config,
    )


def _ranked(
    release: Release, fold_of: Sequence[int], by_fold: Sequence[Sequence[Sequence[Doubt]]]
) -> tuple[Suspect, ...]:
    """Return all suspects with a score above 0, worst first; ties in the order of the release."""
    placed = ((split, one) for split in SPLITS for one in release.splits.get(split, ()))
    in_fold = [iter(part) for part in by_fold]
    found = [
        Suspect(split, record, doubt)
        for (split, record), fold in zip(placed, fold_of, strict=True)
        for doubt in next(in_fold[fold])
        if doubt.score > 0
    ]
    return tuple(sorted(found, key=lambda one: -one.doubt.score))


def _judge(part: Release, trained: TrainedSystem) -> tuple[list[list[Doubt]], float]:
    """Return the doubts about each record of the fold, and the judge's strict micro F1 against gold."""
    judged = part.splits["test"]
    gold = [record.spans for record in judged]
    predicted = [[one.span for one in row] for row in trained.predictions["test"]]
    words = [len(record.text) for record in judged]
    candidates = [readings(*row) for row in zip(gold, predicted, words, strict=True)]
    probabilities = probabilities_of(trained.built, judged, candidates)
    rows = [
        doubts(spans, found, dict(zip(spans_read, probability, strict=True)), count)
        for spans, found, spans_read, probability, count in zip(
            gold, predicted, candidates, probabilities, words, strict=True
        )
    ]
    return rows, score_spans(gold, predicted).micro.f1


def _count_texts(
    on_text: OnCount, before: int, here: int, total: int, step: int, steps: int
) -> None:
    """Report the steps of one training as texts of all trainings.

    Args:
        on_text: called with (texts, total).
        before: texts of the earlier trainings.
        here: texts of this training.
        total: texts of all trainings.
        step: steps done in this training.
        steps: all steps of this training.
    """
    on_text(before + here * step // steps, total)
