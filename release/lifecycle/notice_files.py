"""The files that a withdrawal notice changes: what is left to do in them, and the release as it is then.

A call that is killed after it wrote the notice leaves files as they were. Reading the rest changes nothing,
so a dry run can check and count it; `carry_out` does it. `withdraw.py` makes the notices.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path

from ...schema import SPLITS, DataError, Record, Release, Split
from ...schema.files.atomic_write import write_file
from ...schema.files.given_file import read_whole
from ...schema.post_url import belongs_to
from ...schema.release.manifest import FileEntry
from ...schema.release.release import refuse_errors
from ...schema.release.withdrawal_notice import Notice


def rest_of(folder: Path, notice: Notice) -> dict[str, bytes | None]:
    """Return the files that are not yet as the notice says: the content to write, or None to delete.

    Raises:
        DataError: a file is neither what the notice says nor what it was before.
    """
    ids = {post.id for post in notice.posts}
    rest: dict[str, bytes | None] = {}
    for name, entry in notice.files.items():
        content = read_whole(folder / name) if (folder / name).is_file() else None
        if content is None or file_entry(content) == entry:
            continue  # where there is no file, reading the release says so
        try:
            remaining = without_posts(content, ids)
        except (ValueError, KeyError, TypeError):
            remaining = content
        if file_entry(remaining) != entry:
            raise DataError(
                f"{folder / name}: changed since the release was frozen; nothing was removed from it",
                f"mnerctl release audit {folder}",
            )
        rest[name] = remaining
    return rest | {name: None for name in notice.removed if (folder / name).exists()}


def carry_out(folder: Path, rest: Mapping[str, bytes | None]) -> None:
    """Write and delete these files."""
    for name, content in rest.items():
        if content is None:
            (folder / name).unlink(missing_ok=True)
        else:
            write_file(folder / name, content)


def load_with(folder: Path, rest: Mapping[str, bytes | None]) -> Release:
    """Read and check a release as it is after an interrupted call is finished; nothing is changed.

    Raises:
        DataError: one of its other files is damaged.
    """
    release = Release.read(folder)
    later = {str(folder / name) for name in rest}
    refuse_errors([row for row in release.problems if row.where not in later], folder)
    splits = {
        split: tuple(Record.model_validate_json(line) for line in content.splitlines())
        if (content := rest.get(f"{split}.jsonl")) is not None
        else release.splits[split]
        for split in SPLITS
    }
    return replace(release, splits=splits)


def content_of(release: Release, split: Split, rest: Mapping[str, bytes | None]) -> bytes:
    """Return the content of a split file as it is after an interrupted call is finished."""
    name = f"{split}.jsonl"
    later = rest.get(name)
    return read_whole(release.folder / name) if later is None else later


def without_posts(content: bytes, ids: Collection[str]) -> bytes:
    """Return the content of a split file without the lines of these posts."""
    lines = content.splitlines(keepends=True)
    records = ((line, json.loads(line)) for line in lines)
    return b"".join(
        line for line, record in records if not belongs_to(record["id"], record.get("url", ""), ids)
    )


def file_entry(content: bytes) -> FileEntry:
    return FileEntry(bytes=len(content), sha256=hashlib.sha256(content).hexdigest())
