"""`release export`: write a release in the formats of other tools. Each format has its own module.

To add a format, write a module with a function that takes a `Job`, and add a line to `FORMATS`; the command
lists it by itself. This module does not read exports; `Release.load` reads the published layouts and CoNLL.
`withdraw.py` makes an export again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from ...schema import Release
from ...schema.corpus.card_facts import CardFacts
from ...schema.files.atomic_write import add_file, refuse_existing, whole_folder
from ...schema.progress import OnCount, ignore_count
from ...schema.release.export_record import RECORD, ExportRecord, posts_of
from ...schema.release.manifest import MANIFEST
from ...schema.release.unchanged import none_withdrawn
from ...schema.release.withdrawal_notice import sha256_of
from .conll import to_conll
from .croissant import to_croissant
from .hub import to_hub
from .job import Job
from .jsonl import to_jsonl
from .mner_mi import to_mner_mi
from .parquet import to_parquet

FORMATS: Final[dict[str, Callable[[Job], None]]] = {
    "mner-mi": to_mner_mi,
    "conll": to_conll,
    "jsonl": to_jsonl,
    "parquet": to_parquet,
    "croissant": to_croissant,
    "hub": to_hub,
}


@dataclass(frozen=True, slots=True)
class Exported:
    """A finished export.

    Attributes:
        folder: the folder that was written.
        format: its format.
        files: number of files.
        bytes: size of all files.
        missing_images: number of images that records name and that have no file.
    """

    folder: Path
    format: str
    files: int
    bytes: int
    missing_images: int


def export_release(
    release: Release,
    out: Path,
    *,
    format: str,
    facts: CardFacts | None = None,
    with_content: bool = False,
    on_file: OnCount = ignore_count,
) -> Exported:
    """Write the folder `out`, completely or not at all.

    Args:
        release: the release to export.
        out: folder to create.
        format: a name in `FORMATS`.
        facts: what the authors wrote about the dataset, for formats that describe it.
        with_content: whether the export for the Hub has texts and pictures.
        on_file: progress in images.

    Raises:
        DataError: `out` exists, the format cannot hold a record, or a post was withdrawn meanwhile.
    """
    refuse_existing(out, "an export", hint="give another --out, or delete it")
    with whole_folder(out, only_if=none_withdrawn([release])) as partial:
        job = Job(release, partial, facts or CardFacts(), with_content, on_file)
        written = write_files(job, format)
    return Exported(out, format, len(written.files), written.bytes, len(release.missing_images()))


class Written(NamedTuple):
    """The files of an export, without its record.

    Attributes:
        files: their paths in the folder, with `/` between folders.
        bytes: size of all.
    """

    files: tuple[str, ...]
    bytes: int


def write_files(job: Job, format: str) -> Written:
    """Write an export into an existing folder, with a record if posts can be withdrawn from its release."""
    FORMATS[format](job)
    paths = [path for path in sorted(job.folder.rglob("*")) if path.is_file()]
    names = tuple(path.relative_to(job.folder).as_posix() for path in paths)
    written = Written(names, sum(path.stat().st_size for path in paths))
    if (release := job.release).manifest:
        record = ExportRecord(
            to=format,
            release=release.name,
            version=release.manifest.version,
            manifest_sha256=sha256_of(release.folder / MANIFEST),
            with_content=job.with_content,
            facts=job.facts,
            posts=posts_of(release),
            files=names,
        )
        add_file(job.folder / RECORD, record.model_dump_json() + "\n")
    return written
