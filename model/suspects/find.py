"""Label suspects of a release: entities that a system doubts which was trained without them.

Each fold of the records is judged by a system trained on the others. Of those a tenth, copies of a text
together, chooses the epoch, so that neither weights nor epoch have seen what they judge. What is doubted,
and how much, is `rank.py`. The data are not changed.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from transformers import set_seed

from ...schema import SPLITS, DataError, Record, Release, Split, score_spans
from ...schema.progress import OnCount
from ..inputs.image_encoder import ImageEncoder
from ..inputs.picture_features import Pictures
from ..measures.folds import fold_of_each, text_key
from ..systems.preset import Preset
from ..systems.system import BuildInputs, System
from ..tagging.tag import probabilities_of
from ..training.memory import limited_threads
from ..training.train import train
from .rank import Doubt, doubts, readings

BOUND = 0.9
"""The score from which a gold entity counts for the rate: the system is nearly certain of another."""
DEV_SHARE = 10
OnFold = Callable[[int, int, float], None]
"""Called with (fold, from 1; how many folds; F1, 0 to 1, of its judge against the fold's gold)."""


@dataclass(frozen=True, slots=True)
class Suspect:
    """One doubt and the record that it is about."""

    split: Split
    record: Record
    doubt: Doubt


@dataclass(frozen=True)
class Suspects:
    """All that scored above 0, worst first, of so many records and gold entities, and how they came about.

    judge_f1: strict micro F1, 0 to 1, of each fold's judge against its gold. seconds: of all trainings
    and judging.
    """

    ranked: tuple[Suspect, ...]
    records: int
    entities: int
    system: str
    preset: str
    seed: int
    judge_f1: tuple[float, ...]
    seconds: float

    @property
    def doubted(self) -> int:
        """How many gold entities score at least `BOUND`."""
        return sum(one.doubt.gold is not None and one.doubt.score >= BOUND for one in self.ranked)

    @property
    def rate(self) -> float:
        """The share of the gold entities, 0 to 1, that score at least `BOUND`."""
        return self.doubted / self.entities if self.entities else 0.0


def find_suspects(
    release: Release,
    system: System,
    preset: Preset,
    *,
    folds: int,
    seed: int,
    image: ImageEncoder | None,
    pictures: Pictures | None,
    on_text: OnCount,
    on_fold: OnFold,
) -> Suspects:
    """Trains `folds` times and judges every record of every split once.

    image, pictures: as in `BuildInputs`. on_text: (texts trained on, in all), over all folds and epochs.
    Raises DataError where there are too few texts or no entities.
    """
    started = time.monotonic()
    records = list(release.records())
    refuse_few(release, folds)
    fold_of = fold_of_each(records, folds, seed=seed)
    parts = [_part(release, records, fold_of, fold, seed) for fold in range(folds)]
    lengths = [preset.epochs * len(part.splits["train"]) for part in parts]
    words = frozenset(word for record in records for word in record.text)
    rows: list[list[list[Doubt]]] = []
    judge_f1: list[float] = []
    for fold, part in enumerate(parts):
        learned = part.splits["train"]
        material = BuildInputs(
            train=learned,
            preset=preset,
            seed=seed,
            image_encoder=image,
            pictures=pictures,
            words=words,
        )
        on_step = partial(_tell, on_text, sum(lengths[:fold]), lengths[fold], sum(lengths))
        with limited_threads(preset.threads):
            found, f1 = _judge(part, system, material, on_step)
        rows.append(found)
        judge_f1.append(f1)
        on_fold(fold + 1, folds, f1)
    return Suspects(
        ranked=_ranked(release, fold_of, rows),
        records=len(records),
        entities=sum(len(record.spans) for record in records),
        system=system.name,
        preset=preset.name,
        seed=seed,
        judge_f1=tuple(judge_f1),
        seconds=time.monotonic() - started,
    )


def _ranked(
    release: Release, fold_of: Sequence[int], rows: Sequence[Sequence[Sequence[Doubt]]]
) -> tuple[Suspect, ...]:
    """All that score above 0, worst first; ties in the order of the release. rows: by fold."""
    placed = ((split, one) for split in SPLITS for one in release.splits.get(split, ()))
    in_fold = [iter(part) for part in rows]
    found = [
        Suspect(split, record, doubt)
        for (split, record), fold in zip(placed, fold_of, strict=True)
        for doubt in next(in_fold[fold])
        if doubt.score > 0
    ]
    return tuple(sorted(found, key=lambda one: -one.doubt.score))


def _part(
    release: Release, records: Sequence[Record], fold_of: Sequence[int], fold: int, seed: int
) -> Release:
    """The release as one judge sees it: test is the fold, dev a tenth of the rest, train all else."""
    judged = [record for record, of in zip(records, fold_of, strict=True) if of == fold]
    rest = [record for record, of in zip(records, fold_of, strict=True) if of != fold]
    inner = fold_of_each(rest, DEV_SHARE, seed=seed)
    dev = [record for record, of in zip(rest, inner, strict=True) if of == 0]
    learned = [record for record, of in zip(rest, inner, strict=True) if of != 0]
    splits: dict[Split, tuple[Record, ...]] = {
        "train": tuple(learned),
        "dev": tuple(dev),
        "test": tuple(judged),
    }
    return replace(release, splits=splits)


def _judge(
    part: Release, system: System, material: BuildInputs, on_step: OnCount
) -> tuple[list[list[Doubt]], float]:
    """The doubts about each record of the fold, and strict micro F1 against its gold."""
    set_seed(material.seed)
    trained = train(
        system.build(material),
        part,
        material.preset,
        seed=material.seed,
        on_step=on_step,
        on_epoch=lambda epoch, f1: None,
    )
    judged = part.splits["test"]
    gold = [record.spans for record in judged]
    predicted = [[one.span for one in row] for row in trained.predictions["test"]]
    words = [len(record.text) for record in judged]
    asked = [readings(*row) for row in zip(gold, predicted, words, strict=True)]
    sure = probabilities_of(trained.built, judged, asked)
    rows = [
        doubts(spans, found, dict(zip(what, probability, strict=True)), count)
        for spans, found, what, probability, count in zip(
            gold, predicted, asked, sure, words, strict=True
        )
    ]
    return rows, score_spans(gold, predicted).micro.f1


def _tell(on_text: OnCount, before: int, here: int, total: int, step: int, steps: int) -> None:
    """Steps of one training as texts of all of them."""
    on_text(before + here * step // steps, total)


def refuse_few(release: Release, folds: int) -> None:
    """Raises DataError where there are too few texts, or no entities; before hours of training."""
    records = list(release.records())
    texts = len({text_key(record) for record in records})
    if texts < 2 * folds:
        raise DataError(
            f"{release.folder}: {texts} different texts; wanted at least 2 for each of {folds} folds",
            f"mnerctl suspects {release.folder} --folds {max(2, texts // 2)}",
        )
    if not any(record.spans for record in records):
        raise DataError(
            f"{release.folder}: no entity in {len(records)} records; wanted entities to judge",
            f"mnerctl release stats {release.folder}",
        )
