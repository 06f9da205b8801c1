"""Where posts stood in releases before, so that a test set stays a test set.

All releases of the dataset beside the new one count, not the last alone: a post that was missing once
comes back to where it stood. What this does not do: check what is in them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from pydantic import ValidationError

from ...schema import SPLITS, DataError, Record, Release, Split
from ...schema.release.manifest import MANIFEST, read_manifest


def releases_beside(out: Path, name: str) -> list[Path]:
    """The folders beside `out` that hold a release of this name, oldest version first.

    Raises DataError where one of them has a manifest that cannot be read.
    """
    versions = {
        path.parent: manifest.version
        for path in out.parent.glob(f"*/{MANIFEST}")
        if path.parent != out and (manifest := read_manifest(path)).name == name
    }
    return sorted(versions, key=lambda folder: (_numbers(versions[folder]), folder.name))


def earlier_splits(releases: Iterable[Path]) -> dict[str, Split]:
    """Post id to the split where it stood last; once in test, always there.

    releases: the oldest first. Raises DataError where one cannot be read.
    """
    stood: dict[str, Split] = {}
    for folder in releases:
        for split, id in _ids(folder):
            if stood.get(id) != "test":
                stood[id] = split
    return stood


def _ids(folder: Path) -> Iterator[tuple[Split, str]]:
    if not (folder / MANIFEST).is_file():
        release = Release.load(folder)
        yield from ((split, record.id) for split in SPLITS for record in release.splits[split])
        return
    for split in SPLITS:
        path = folder / f"{split}.jsonl"
        try:
            with path.open("rb") as lines:
                yield from ((split, Record.model_validate_json(line).id) for line in lines)
        except (OSError, ValidationError) as error:
            raise DataError(
                f"{path}: cannot be read, so nobody knows which posts stood in {split}",
                f"mnerctl release audit {folder}    # then mend the release or move it away",
            ) from error


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdigit())
