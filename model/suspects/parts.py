"""The records and settings of the judge of each fold. Loads no torch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from ...schema import Record, Release, Split
from ..measures.folds import fold_of_each
from ..systems.preset import Preset

DEV_PARTS: Final = 10
"""One of so many parts of the training records chooses the epoch."""
MIN_STEPS: Final = 300
"""A judge that trains for fewer steps gets twice the epochs: few posts hardly teach what pictures show."""


def with_enough_steps(preset: Preset, release: Release, folds: int) -> Preset:
    """Return the settings of a judge: those of the preset, with twice the epochs for a small release."""
    records = sum(len(records) for records in release.splits.values())
    trained = records * (folds - 1) / folds * (DEV_PARTS - 1) / DEV_PARTS
    is_enough = preset.epochs * trained / preset.batch_size >= MIN_STEPS
    return preset if is_enough else replace(preset, epochs=2 * preset.epochs)


def part_of(
    release: Release, records: Sequence[Record], fold_of: Sequence[int], fold: int, seed: int
) -> Release:
    """Return the release for one judge: test is the fold, dev a tenth of the rest, train the remainder."""
    judged = [record for record, of in zip(records, fold_of, strict=True) if of == fold]
    rest = [record for record, of in zip(records, fold_of, strict=True) if of != fold]
    inner = fold_of_each(rest, DEV_PARTS, seed=seed)
    splits: dict[Split, tuple[Record, ...]] = {
        "train": tuple(record for record, of in zip(rest, inner, strict=True) if of != 0),
        "dev": tuple(record for record, of in zip(rest, inner, strict=True) if of == 0),
        "test": tuple(judged),
    }
    return replace(release, splits=splits)
