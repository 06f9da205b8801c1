"""Read the splits of posts in earlier releases, so that a post of a test set stays in test.

All releases of the dataset beside the new one count, not only the last one: a post that one version lacked
returns to its old split. This module does not validate those releases; `release audit` does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from ...schema import SPLITS, DataError, Record, Release, Split
from ...schema.files.links import links_in, refuse_links
from ...schema.formats.text_lines import sound_lines
from ...schema.release.manifest import MANIFEST, read_manifest

_NUMBER: Final = re.compile(r"(?<![^.])[0-9]{1,18}(?![^.])")


def releases_beside(out: Path, name: str) -> list[Path]:
    """Return the folders beside `out` that hold a release of this name, oldest version first.

    Raises:
        DataError: a manifest beside `out` cannot be read.
    """
    versions = {
        path.parent: manifest.version
        for path in out.parent.glob(f"*/{MANIFEST}")
        if path.parent != out and (manifest := read_manifest(path)).name == name
    }
    return sorted(versions, key=lambda folder: (_numbers(versions[folder]), folder.name))


def earlier_splits(releases: Iterable[Path]) -> dict[str, Split]:
    """Return post id to the split that it was last in; a post that was ever in test is in test.

    Args:
        releases: folders of releases, oldest first.

    Raises:
        DataError: a release cannot be read.
    """
    split_of: dict[str, Split] = {}
    for folder in releases:
        for split, id in _ids(folder):
            if split_of.get(id) != "test":
                split_of[id] = split
    return split_of


def _ids(folder: Path) -> Iterator[tuple[Split, str]]:
    if not (folder / MANIFEST).is_file():
        release = Release.load(folder)
        yield from ((split, record.id) for split in SPLITS for record in release.splits[split])
        return
    refuse_links(folder, links_in(folder))
    for split in SPLITS:
        path = folder / f"{split}.jsonl"
        hint = f"mnerctl release audit {folder}    # then fix the release or move it away"
        try:
            for _, line in sound_lines(path, hint=hint):
                yield split, Record.model_validate_json(line).id
        except (DataError, ValidationError) as error:
            raise DataError(
                f"{path}: cannot be read, so it is unknown which posts were in {split}", hint
            ) from error


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in _NUMBER.findall(version))
