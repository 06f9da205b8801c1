"""Write Parquet files that contain the images, as a Hugging Face dataset: `load_dataset(FOLDER)` reads them.

The columns are the fields of a record. `label` is a list of class labels, `images` the bytes of the
pictures without metadata (None for a missing one), and `image_names` their names in the release.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ...schema import SPLITS, Record
from ...schema.files.atomic_write import open_added_binary
from ...schema.release.tables import HUB_SPLITS, datasets_features, datasets_row
from .job import Job, picture_content

if TYPE_CHECKING:
    from datasets import Features

GROUP: Final = 64  # records in memory at once, and in one row group of a file
SHARD: Final = 400_000_000  # bytes of pictures in one file before the next file starts


def to_parquet(job: Job) -> None:
    """Write `data/<split>-<number>.parquet`. An empty split has no file, which `datasets` cannot read."""
    features = datasets_features("Parquet")
    (job.folder / "data").mkdir()
    total = sum(1 for _ in job.release.records())
    done = 0
    for split in SPLITS:
        rows = (row_of(record, job) for record in job.release.splits.get(split, ()))
        for written in _write_shards(job.folder / "data", HUB_SPLITS[split], rows, features):
            done += written
            job.on_file(done, total)


def row_of(record: Record, job: Job) -> dict[str, Any]:
    """Return column to value for a record."""
    pictures = [_picture(name, job.release.image_path(name)) for name in record.images]
    return datasets_row(record, pictures)


def _picture(name: str, path: Path) -> dict[str, object] | None:
    return {"bytes": picture_content(path), "path": name} if path.is_file() else None


def _write_shards(
    folder: Path, split: str, rows: Iterator[dict[str, Any]], features: Features
) -> Iterator[int]:
    """Write the files of a split, and yield the number of records after each group."""
    import pyarrow
    from pyarrow import parquet

    schema = features.arrow_schema
    group = list(islice(rows, GROUP))
    number = 0
    while group:
        size = 0
        path = folder / f"{split}-{number:05}.parquet"
        with (
            open_added_binary(path) as file,
            parquet.ParquetWriter(file, schema, use_dictionary=False) as writer,
        ):
            while group and size < SHARD:
                writer.write_table(pyarrow.Table.from_pylist(group, schema=schema))
                size += _bytes(group)
                yield len(group)
                group = list(islice(rows, GROUP))
            number += 1


def _bytes(group: Sequence[dict[str, Any]]) -> int:
    return sum(len(image["bytes"]) for row in group for image in row["images"] if image)
