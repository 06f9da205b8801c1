"""Takes posts out of a frozen release: its files lose them, its manifest stays, a notice says what is now.

Files are written anew beside and renamed, after the notice: killed between the two, the next call
finishes. What this does not do: reach copies elsewhere, or exports; whoever has one finds the ids in the
notice.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from ...schema import SPLITS, DataError, Record, Release
from ...schema.post_url import post_of_url
from ...schema.release.manifest import (
    IMAGES,
    MANIFEST,
    FileEntry,
    Manifest,
    Withdrawn,
    read_manifest,
)
from ...schema.release.withdrawal_notice import (
    NOTICE,
    Notice,
    current_manifest,
    read_notice,
    sha256_of,
)


@dataclass(frozen=True, slots=True)
class Taken:
    """What left a release.

    posts: the ids that were given. ids: of their records. pictures: SHA-256 of images that no record has
    any more.
    """

    posts: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    pictures: frozenset[str] = frozenset()


def is_of(record_id: str, url: str, ids: Collection[str]) -> bool:
    """Whether a record is one of these posts: by its id, or by the post that its address leads to."""
    return record_id in ids or post_of_url(url) in ids


def withdraw_from_release(
    folder: Path, posts: Sequence[Withdrawn], *, dry_run: bool = False
) -> Taken:
    """Takes the posts out that are in the release; others are let be.

    Raises DataError where the folder is no release of ours, or its files are not what it says.
    """
    frozen, before = _papers(folder)
    if before:
        _carry_out(folder, before)  # what was begun; a dry run begins nothing
    release = Release.load(folder)
    ids = {post.id for post in posts}
    gone = [record for record in release.records() if is_of(record.id, record.url, ids)]
    if not gone:
        return Taken()
    now = current_manifest(frozen, before) if before else frozen
    found = [post for post in posts if _is_in(post, gone)]
    notice = _notice(release, now, before, found)
    dropped = set(notice.removed) - set(before.removed if before else ())
    hashes = frozenset(now.files[name].sha256 for name in dropped)
    left = {entry.sha256 for name, entry in now.files.items() if name not in dropped}
    if not dry_run:
        _replace(folder / NOTICE, notice.model_dump_json(indent=1).encode() + b"\n")
        _carry_out(folder, notice)
    return Taken(
        tuple(post.id for post in found), tuple(record.id for record in gone), hashes - left
    )


def withdrawn_ids(folder: Path) -> set[str]:
    """The posts that have been withdrawn from the release, before it was frozen or after."""
    frozen, notice = _papers(folder)
    return {post.id for post in (*frozen.withdrawn, *(notice.posts if notice else ()))}


def _papers(folder: Path) -> tuple[Manifest, Notice | None]:
    if not (folder / MANIFEST).is_file():
        raise DataError(
            f"{folder}: no {MANIFEST}; only a release that mnerctl froze can be changed",
            "delete the post from a published corpus by hand, or build a release without it",
        )
    frozen = read_manifest(folder / MANIFEST)
    return frozen, read_notice(folder, frozen)


def _is_in(post: Withdrawn, records: Sequence[Record]) -> bool:
    return any(is_of(record.id, record.url, {post.id}) for record in records)


def _notice(
    release: Release, now: Manifest, before: Notice | None, posts: Sequence[Withdrawn]
) -> Notice:
    ids = {post.id for post in posts}
    kept = {
        split: [one for one in release.splits[split] if not is_of(one.id, one.url, ids)]
        for split in SPLITS
    }
    changed = [split for split in SPLITS if len(kept[split]) != len(release.splits[split])]
    named = {name for records in kept.values() for record in records for name in record.images}
    gone = {name for record in release.records() for name in record.images} - named
    files = {
        f"{split}.jsonl": _entry(_rest((release.folder / f"{split}.jsonl").read_bytes(), ids))
        for split in changed
    }
    removed = [f"{IMAGES}/{name}" for name in sorted(gone) if f"{IMAGES}/{name}" in now.files]
    return Notice(
        manifest_sha256=sha256_of(release.folder / MANIFEST),
        posts=(*(before.posts if before else ()), *posts),
        files=(before.files if before else {}) | files,
        removed=(*(before.removed if before else ()), *removed),
        records={split: len(records) for split, records in kept.items()},
        missing_images=sum(f"{IMAGES}/{name}" not in now.files for name in named),
    )


def _carry_out(folder: Path, notice: Notice) -> None:
    """Makes the files what the notice says. Raises DataError where one is neither that nor as before."""
    ids = {post.id for post in notice.posts}
    for name, entry in notice.files.items():
        content = (folder / name).read_bytes()
        if _entry(content) == entry:
            continue
        rest = _rest(content, ids)
        if _entry(rest) != entry:
            raise DataError(
                f"{folder / name}: was changed after it was frozen; nothing was taken out of it",
                f"mnerctl release audit {folder}",
            )
        _replace(folder / name, rest)
    for name in notice.removed:
        (folder / name).unlink(missing_ok=True)


def _rest(content: bytes, ids: Collection[str]) -> bytes:
    """The lines of a split that are not of these posts."""
    lines = content.splitlines(keepends=True)
    told = ((line, json.loads(line)) for line in lines)
    return b"".join(line for line, one in told if not is_of(one["id"], one.get("url", ""), ids))


def _entry(content: bytes) -> FileEntry:
    return FileEntry(bytes=len(content), sha256=hashlib.sha256(content).hexdigest())


def _replace(path: Path, content: bytes) -> None:
    partial = path.with_name(f".{path.name}.partial")
    try:
        partial.write_bytes(content)
        os.replace(partial, path)
    except OSError as error:
        raise DataError(
            f"{path}: {error.strerror}", "check the folder's permissions, then run it again"
        ) from error
