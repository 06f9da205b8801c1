"""Write a release. It appears complete or not at all, and never replaces another one."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from pathlib import Path

from ..atomic_write import add_file, refuse_existing, whole_folder
from ..errors import DataError
from ..labels import SPLITS, Split
from ..links import is_special, link_problems
from ..picture import begins_as_picture, read_picture
from ..problem import Problem
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
        DataError: `out` exists, an image is a link or no picture (a row for each), or a file cannot be
            read or written.
    """
    refuse_existing(out, "a release", hint="give another --out, or a new version")
    frozen = {split: tuple(splits.get(split, ())) for split in SPLITS}
    with whole_folder(out) as partial:
        problems: list[Problem] = []
        files, missing = _write_files(partial, frozen, image_source, problems, on_file)
        _refuse_problems(out, problems)
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
        add_file(partial / MANIFEST, manifest.model_dump_json(indent=1) + "\n")
    return Release(name, out, frozen, lambda image: out / IMAGES / image, manifest)


def _write_files(
    folder: Path,
    splits: Mapping[Split, tuple[Record, ...]],
    image_source: Callable[[str], Path],
    problems: list[Problem],
    on_file: OnCount,
) -> tuple[dict[str, FileEntry], int]:
    """Write all files except the manifest; return their entries and the number of missing images.

    Images that are links, or no pictures by their first bytes, are added to `problems` and not written.
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
        source = image_source(image)
        try:
            picture = None if is_special(source) else read_picture(source)
        except FileNotFoundError:
            missing += 1
        else:
            if picture is not None and begins_as_picture(picture):
                files[f"{IMAGES}/{image}"] = _write(folder / IMAGES / image, picture)
            else:
                problems.append(_no_picture(source, picture))
        on_file(done, len(images))
    return files, missing


def _write(path: Path, content: bytes) -> FileEntry:
    add_file(path, content)
    return FileEntry(bytes=len(content), sha256=hashlib.sha256(content).hexdigest())


def _no_picture(path: Path, content: bytes | None) -> Problem:
    if path.is_symlink():
        return link_problems([path])[0]
    found = "no regular file" if content is None else f"begins with {content[:12]!r}"
    return Problem("error", "image-broken", str(path), found, "a JPEG, PNG, WebP or GIF")


def _refuse_problems(out: Path, problems: list[Problem]) -> None:
    if problems:
        one = problems[0]
        raise DataError(
            f"{len(problems)} {'file is no picture' if len(problems) == 1 else 'files are no pictures'};"
            f" the first: {one.where}: {one.found}; wanted {one.wanted}; nothing of {out} was kept",
            "look at these files; delete them to release the posts without them",
            problems=problems,
        )
