"""Write a release without text and pictures, the form in which X's terms allow to pass it on.

`schema/release/dehydrated.py` defines and reads the files; `rehydrate.py` restores the release.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from ...schema import SPLITS, Record, Release
from ...schema.files.atomic_write import add_file, refuse_existing, whole_folder
from ...schema.post_url import authorless
from ...schema.progress import OnCount, ignore_count
from ...schema.release.dehydrated import (
    DEHYDRATED,
    Dehydrated,
    DryImage,
    DryRecord,
    text_hash,
    tokens_hash,
)
from ...schema.release.manifest import IMAGES, FileEntry
from ...schema.release.unchanged import none_withdrawn


def dehydrate(release: Release, out: Path, *, on_file: OnCount = ignore_count) -> Dehydrated:
    """Write the dehydrated release to the folder `out`, complete or not at all.

    Raises:
        DataError: `out` exists or cannot be written, or a post was withdrawn meanwhile.
    """
    refuse_existing(out, "a dehydrated release", hint="give another --out, or delete it")
    with whole_folder(out, only_if=none_withdrawn([release])) as partial:
        return write_dehydrated(release, partial, on_file)


def write_dehydrated(release: Release, folder: Path, on_file: OnCount) -> Dehydrated:
    """Write the dehydrated release into a folder that exists."""
    total = sum(1 for _ in release.records())
    done = 0
    files = {}
    for split in SPLITS:
        lines = []
        for record in release.splits.get(split, ()):
            lines.append(dehydrate_record(record, lambda name: _image_hash(release, name)))
            done += 1
            on_file(done, total)
        content = "".join(line.model_dump_json(exclude_none=True) + "\n" for line in lines).encode()
        add_file(folder / f"{split}.jsonl", content)
        files[split] = FileEntry(bytes=len(content), sha256=hashlib.sha256(content).hexdigest())
    about = Dehydrated(name=release.name, manifest=release.manifest, files=files)
    add_file(folder / DEHYDRATED, about.model_dump_json(indent=1) + "\n")
    return about


def dehydrate_record(record: Record, image_hash: Callable[[str], str | None]) -> DryRecord:
    """Return a record without its text, and without the name of its author in the URL.

    Args:
        record: the record as released.
        image_hash: returns the SHA-256 of an image by its name, None if there is no file.
    """
    lengths = None if record.offsets is not None else tuple(map(len, record.text))
    return DryRecord(
        id=record.id,
        url=authorless(record.url),
        label=record.label,
        images=tuple(DryImage(name=name, sha256=image_hash(name)) for name in record.images),
        tokens_sha256=tokens_hash(record.text),
        raw_sha256=None if record.raw is None else text_hash(record.raw),
        offsets=record.offsets,
        lengths=lengths,
        evidence=record.evidence,
        origin=record.origin,
    )


def _image_hash(release: Release, name: str) -> str | None:
    """Return the SHA-256 of an image, from the manifest if there is one.

    Loading the release has just compared the manifest's checksums with the files.
    """
    if release.manifest:
        entry = release.manifest.files.get(f"{IMAGES}/{name}")
        return entry.sha256 if entry else None
    path = release.image_path(name)
    if not path.is_file():
        return None
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
