"""Make releases in memory, and read records from exports with other libraries."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from mnerctl.schema import LABELS, SPLITS, Record, Release, Split

PUBLISHED = ("id", "text", "images", "label", "url")
HUB_SPLITS: dict[Split, str] = {"train": "train", "dev": "validation", "test": "test"}

Splits = Mapping[Split, tuple[Record, ...]]


def in_memory(records: Sequence[Record], folder: Path = Path("nowhere")) -> Release:
    """Return a release with the last record in dev and the others in train; pictures are in `folder`."""
    splits: dict[Split, tuple[Record, ...]] = {
        "train": tuple(records[:-1]),
        "dev": tuple(records[-1:]),
        "test": (),
    }
    return Release("made", folder, splits, lambda name: folder / name)


def published(splits: Splits) -> Splits:
    """Return the records with only the published fields."""
    return {
        split: tuple(
            Record(**{name: getattr(record, name) for name in PUBLISHED}) for record in records
        )
        for split, records in splits.items()
    }


def from_jsonl(folder: Path) -> Splits:
    """Read with `json`; the text of each entity must be the text between its offsets."""
    splits: dict[Split, tuple[Record, ...]] = {}
    for split in SPLITS:
        found = []
        for line in (folder / f"{split}.jsonl").read_bytes().splitlines():
            row = json.loads(line)
            sentence, entities = row.pop("sentence"), row.pop("entities")
            record = Record.model_validate(row)
            assert [entity["type"] for entity in entities] == [s.type for s in record.spans]
            for entity, span in zip(entities, record.spans, strict=True):
                text = sentence[entity["start"] : entity["end"]]
                assert text == entity["text"]
                joined = "".join(record.text[span.start : span.end])
                assert "".join(text.split()) == "".join(joined.split())
            found.append(record)
        splits[split] = tuple(found)
    return splits


def from_datasets(folder: Path, cache: Path) -> tuple[Splits, dict[str, list[bytes | None]]]:
    """Read with `load_dataset`: the records, and id to the bytes of the pictures."""
    import datasets

    datasets.disable_progress_bars()
    loaded = datasets.load_dataset(str(folder), cache_dir=str(cache))
    splits: dict[Split, tuple[Record, ...]] = {}
    pictures: dict[str, list[bytes | None]] = {}
    for split, hub in HUB_SPLITS.items():
        splits[split] = ()
        if hub not in loaded:
            continue
        rows = loaded[hub]
        names = rows.features["label"].feature.names
        rows = rows.cast_column("images", datasets.Sequence(datasets.Image(decode=False)))
        splits[split] = tuple(_record(row, names) for row in rows)
        pictures |= {row["id"]: [one and one["bytes"] for one in row["images"]] for row in rows}
    return splits, pictures


def from_croissant(rows: Iterable[Mapping[str, Any]]) -> Splits:
    """Return the records in the rows of `mlcroissant`."""
    splits: dict[Split, list[Record]] = {split: [] for split in SPLITS}
    ours = {hub: split for split, hub in HUB_SPLITS.items()}
    for row in rows:
        cells = {name.removeprefix("records/"): _decoded(value) for name, value in row.items()}
        splits[ours[cells.pop("split")]].append(_record(cells, LABELS))
    return {split: tuple(records) for split, records in splits.items()}


def _record(row: Mapping[str, Any], names: Sequence[str]) -> Record:
    fields = {name: row[name] for name in ("id", "text", "url", "raw", "offsets", "evidence")}
    labels = [names[number] for number in row["label"]]
    return Record(**fields, origin=row["origin"], label=labels, images=row["image_names"])


def _decoded(value: Any) -> Any:
    if isinstance(value, list):
        return [_decoded(one) for one in value]
    return value.decode("utf-8") if isinstance(value, bytes) else value
