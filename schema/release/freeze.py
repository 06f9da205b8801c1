"""Write a release. It appears complete or not at all, and never replaces another one."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from ..errors import DataError
from ..files.atomic_write import add_file, refuse_existing, whole_folder
from ..labels import SPLITS, Split
from ..problem import Problem
from ..progress import OnCount, ignore_count
from ..record import Record
from .agreement import Agreement
from .manifest import IMAGES, MANIFEST, FileEntry, Manifest, Source, Stripped, Withdrawn
from .picture_file import released_picture
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
    original_of: Callable[[str], str | None] = lambda image: None,
    states_rule: bool = True,
    on_file: OnCount = ignore_count,
    only_if: AbstractContextManager[None] | None = None,
) -> Release:
    """Write records and their images into the new folder `out`, and return the release.

    Metadata of the images, such as the position of the camera, are dropped (`schema/metadata`).

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
        original_of: returns the SHA-256 of an image before its metadata were dropped, by its name, for images
            of another release; None if nothing was dropped there.
        states_rule: whether the manifest states that metadata were dropped; it always does if any were.
        on_file: called after each image.
        only_if: as in `whole_folder`.

    Raises:
        DataError: `out` exists, an image is a link or no picture (a row for each), or a file cannot be
            read or written.
    """
    refuse_existing(out, "a release", hint="give another --out, or a new version")
    frozen = {split: tuple(splits.get(split, ())) for split in SPLITS}
    with whole_folder(out, only_if=only_if) as partial:
        written = _write_files(partial, frozen, image_source, original_of, on_file)
        _refuse_problems(out, written.problems)
        is_stated = states_rule or bool(written.originals)
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
            missing_images=written.missing,
            stripped=Stripped(originals=written.originals) if is_stated else None,
            files=written.files,
        )
        add_file(partial / MANIFEST, manifest.model_dump_json(indent=1) + "\n")
    return Release(name, out, frozen, lambda image: out / IMAGES / image, manifest)


@dataclass
class _Written:
    """The files that were written, except the manifest.

    Attributes:
        files: their entries.
        originals: as in `Stripped`.
        missing: number of images without a file.
        problems: a row for each image that is a link or no picture, and was not written.
    """

    files: dict[str, FileEntry] = field(default_factory=dict)
    originals: dict[str, str] = field(default_factory=dict)
    missing: int = 0
    problems: list[Problem] = field(default_factory=list)


def _write_files(
    folder: Path,
    splits: Mapping[Split, tuple[Record, ...]],
    image_source: Callable[[str], Path],
    original_of: Callable[[str], str | None],
    on_file: OnCount,
) -> _Written:
    """Write all files except the manifest.

    Files are written one after the other: with thousands of small files, threads were slower.
    """
    done = _Written()
    images: dict[str, None] = {}
    for split, records in splits.items():
        images.update(dict.fromkeys(image for record in records for image in record.images))
        content = "".join(record.to_json() + "\n" for record in records).encode()
        done.files[f"{split}.jsonl"] = _write(folder / f"{split}.jsonl", content)
    (folder / IMAGES).mkdir()
    for number, image in enumerate(images, start=1):
        try:
            picture = released_picture(image_source(image))
        except FileNotFoundError:
            done.missing += 1
        else:
            if isinstance(picture, Problem):
                done.problems.append(picture)
            else:
                name = f"{IMAGES}/{image}"
                done.files[name] = _write(folder / IMAGES / image, picture.content)
                if original := original_of(image) or picture.original:
                    done.originals[name] = original
        on_file(number, len(images))
    return done


def _write(path: Path, content: bytes) -> FileEntry:
    add_file(path, content)
    return FileEntry(bytes=len(content), sha256=hashlib.sha256(content).hexdigest())


def refuse_bad_pictures(
    out: Path, images: Iterable[str], image_source: Callable[[str], Path]
) -> None:
    """Check the images as `write_release` does, without writing anything: for a dry run.

    Raises:
        DataError: an image is a link or no picture; contains a row for each.
    """
    problems = []
    for image in dict.fromkeys(images):
        with suppress(FileNotFoundError):
            picture = released_picture(image_source(image))
            problems += [picture] if isinstance(picture, Problem) else []
    _refuse_problems(out, problems)


def _refuse_problems(out: Path, problems: list[Problem]) -> None:
    if problems:
        one = problems[0]
        raise DataError(
            f"{len(problems)} {'file is no picture' if len(problems) == 1 else 'files are no pictures'};"
            f" the first: {one.where}: {one.found}; wanted {one.wanted}; nothing of {out} was kept",
            "look at these files; delete them to release the posts without them",
            problems=problems,
        )
