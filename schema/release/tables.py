"""A release as tables of other libraries: rows for `datasets`, and a pandas frame of entities.

The libraries are imported by the functions that need them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from ..errors import UsageError
from ..labels import LABELS, SPLITS, Split
from ..record import Record

if TYPE_CHECKING:
    from datasets import DatasetDict, Features
    from pandas import DataFrame

    from .release import Release

HUB_SPLITS: Final[dict[Split, str]] = {"train": "train", "dev": "validation", "test": "test"}
ENTITY_COLUMNS: Final = ("split", "id", "start", "end", "type", "text", "images", "evidence")

_CLASSES: Final = {label: number for number, label in enumerate(LABELS)}


def datasets_features(user: str) -> Features:
    """Return the columns of records for `datasets`.

    Args:
        user: what needs the columns, for the message of the error.

    Raises:
        UsageError: `datasets` is not installed.
    """
    try:
        from datasets import ClassLabel, Features, Image, Sequence, Value
    except ImportError as error:
        raise UsageError(
            f"{user} needs the package datasets: {error}", "pip install 'mnerctl[publish]'"
        ) from error
    positions = Sequence(Sequence(Value("int32")))
    return Features(
        {
            "id": Value("string"),
            "text": Sequence(Value("string")),
            "label": Sequence(ClassLabel(names=list(LABELS))),
            "images": Sequence(Image()),
            "image_names": Sequence(Value("string")),
            "url": Value("string"),
            "raw": Value("string"),
            "offsets": positions,
            "evidence": positions,
            "origin": Value("string"),
        }
    )


def datasets_row(record: Record, images: list[dict[str, object] | None]) -> dict[str, Any]:
    """Return column to value for a record.

    Args:
        images: for each image its path or bytes as `datasets.Image` takes them, None for a missing one.
    """
    return {
        **record.model_dump(mode="json"),
        "label": [_CLASSES[label] for label in record.label],
        "images": images,
        "image_names": list(record.images),
    }


def to_datasets(release: Release) -> DatasetDict:
    """Return the splits that have records; images are decoded when a row is read."""
    features = datasets_features("Release.to_datasets")
    from datasets import Dataset, DatasetDict

    def images(record: Record) -> list[dict[str, object] | None]:
        paths = [release.image_path(name) for name in record.images]
        return [{"path": str(path), "bytes": None} if path.is_file() else None for path in paths]

    return DatasetDict(
        {
            HUB_SPLITS[split]: Dataset.from_list(
                [datasets_row(record, images(record)) for record in records], features=features
            )
            for split, records in release.splits.items()
            if records
        }
    )


def to_frame(release: Release) -> DataFrame:
    """Return one row per entity, with the columns of `ENTITY_COLUMNS`.

    Raises:
        UsageError: `pandas` is not installed.
    """
    try:
        from pandas import DataFrame
    except ImportError as error:
        raise UsageError(
            f"the package pandas is needed: {error}", "pip install 'mnerctl[publish]'"
        ) from error
    return DataFrame(list(_entities(release)), columns=list(ENTITY_COLUMNS))


def _entities(release: Release) -> Iterator[tuple[object, ...]]:
    for split in SPLITS:
        for record in release.splits.get(split, ()):
            evidence = record.evidence or ((),) * len(record.spans)
            for span, positions in zip(record.spans, evidence, strict=True):
                text = " ".join(record.text[span.start : span.end])
                edges = (span.start, span.end, span.type)
                yield (split, record.id, *edges, text, len(record.images), positions)
