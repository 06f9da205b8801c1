"""Write a release. It appears complete or not at all, and never replaces another one."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from pathlib import Path

from ..atomic_folder import refuse_existing, whole_folder
from ..labels import SPLITS, Split
from ..progress import OnCount, ignore_count
from ..record import Record
from .agreement import Agreement
from .manifest import IMAGES, MANIFEST, FileEntry, Manifest, Source, Withdrawn
from .release import Release


def write_release(
    out: Path,
    splits: Mapping[Split, Iterable[Record]],
    *,
    name: str,
    version: str,
    tokenizer: str,
    image_source: Callable[[str], Path],
    created: date,
    seed: int | None = None,
    gold: str = "",
    sources: tuple[Source, ...] = (),
    withdrawn: tuple[Withdrawn, ...] = (),
    agreement: Agreement | None = None,
    on_file: OnCount = ignore_count,
) -> Release:
    """Write records and their images into the new folder `out`, and return the release.

    The folder is written beside `out` under a hidden name and renamed at the end. Missing images are counted
    in the manifest and not replaced.

    Args:
        out: folder of the release.
        splits: records by split.
        name: name of the release.
        version: version of the release.
        tokenizer: version of the tokenizer.
        image_source: returns the path of an image by its name.
        created: date in the manifest.
        seed: as in `Manifest`.
        gold: as in `Manifest`.
        sources: as in `Manifest`.
        withdrawn: as in `Manifest`.
        agreement: as in `Manifest`.
        on_file: called after each image.

    Raises:
        DataError: `out` exists, or a file cannot be read or written.
    """
    refuse_existing(out, "a release", hint="give another --out, or a new version")
    frozen = {split: tuple(splits.get(split, ())) for split in SPLITS}
    with whole_folder(out) as partial:
        files, missing = _write_files(partial, frozen, image_source, on_file)
        manifest = Manifest(
            name=name,
            version=version,
            created=created,
            tokenizer=tokenizer,
            seed=seed,
            gold=gold,
            sources=sources,
            withdrawn=withdrawn,
            agreement=agreement,
            records={split: len(records) for split, records in frozen.items()},
            missing_images=missing,
            files=files,
        )
        _write(partial / MANIFEST, manifest.model_dump_json(indent=1).encode() + b"\n")
    return Release(name, out, frozen, lambda image: out / IMAGES / image, manifest)


def _write_files(
    folder: Path,
    splits: Mapping[Split, tuple[Record, ...]],
    image_source: Callable[[str], Path],
    on_file: OnCount,
) -> tuple[dict[str, FileEntry], int]:
    """Write all files except the manifest; return their entries and the number of missing images.

    Files are written one after the other: with thousands of small files, threads were slower.
    """
    files: dict[str, FileEntry] = {}
    images: dict[str, None] = {}
    for split, records in splits.items():
        images.update(dict.fromkeys(image for record in records for image in record.images))
        content = "".join(record.to_json() + "\n" for record in records).encode()
        files[f"{split}.jsonl"] = _write(folder / f"{split}.jsonl", content)
    (folder / IMAGES).mkdir()
    missing = 0
    for done, image in enumerate(images, start=1):
        try:
            content = image_source(image).read_bytes()
        except FileNotFoundError:
            missing += 1
        else:
            files[f"{IMAGES}/{image}"] = _write(folder / IMAGES / image, content)
        on_file(done, len(images))
    return files, missing


def _write(path: Path, content: bytes) -> FileEntry:
    with path.open("xb") as file:
        file.write(content)
    return FileEntry(bytes=len(content), sha256=hashlib.sha256(content).hexdigest())
