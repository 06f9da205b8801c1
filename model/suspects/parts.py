"""The parts of a search for label suspects: the records, settings and folder of the judge of each fold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from ...schema import DataError, Record, Release, Split
from ..measures.folds import fold_of_each, text_key
from ..systems.preset import Preset
from ..systems.system import System
from ..training.checkpoints import checkpoint_folder
from ..training.input_hashes import inputs_hash

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


def refuse_too_few_texts(release: Release, folds: int) -> None:
    """Check that the release can be judged, before hours of training.

    Raises:
        DataError: there are fewer than two different texts per fold, or no entities.
    """
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
