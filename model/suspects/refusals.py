"""What cannot be searched for suspects, refused before hours of training."""

from __future__ import annotations

from ...schema import DataError, Release, UsageError
from ..measures.folds import text_key
from ..systems.preset import Preset


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


def refuse_trained_judges(preset: Preset) -> None:
    """Check that judges begin with fresh weights: a saved model may have been trained on the labels.

    Raises:
        UsageError: they begin with those of a saved model.
    """
    if preset.init_from is not None:
        raise UsageError(
            f"init_from = {preset.init_from!r}: a judge of labels must not have been trained on them",
            "leave out init_from to look for suspects",
        )
