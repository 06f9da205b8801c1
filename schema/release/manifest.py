"""The manifest of a release: what it says of itself, and a checksum of every file.

What a manifest does not hold is its own checksum; publish that beside the release.
"""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ..errors import DataError
from ..labels import SPLITS, Split
from ..post import Fate
from ..problem import Problem
from ..progress import OnCount
from ..record import is_base_name, validation_problems
from .agreement import Agreement

FORMAT: Final = "mnerctl-release-1"
MANIFEST: Final = "manifest.json"
IMAGES: Final = "images"


class FileEntry(BaseModel):
    """Size in bytes and SHA-256 of one file of a release."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    bytes: int
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")


class Source(BaseModel):
    """One dataset that went into a release."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    version: str = ""
    records: int
    note: str = ""


class Withdrawn(BaseModel):
    """A post that was in the corpus and had to go: its last fate, why, and when."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    fate: Fate
    reason: str
    date: date


class Manifest(BaseModel):
    """What a release says of itself.

    gold: how it was decided, and of how many posts.
    withdrawn: posts that earlier releases may have and no release may have any more.
    agreement: of the annotators, under pseudonyms, as it was measured before the release was built.
    records: examples in each split. missing_images: images that records name and nobody had.
    files: every file but the manifest, by its path in the release.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal["mnerctl-release-1"] = FORMAT
    name: str
    version: str
    created: date
    tokenizer: str
    seed: int | None = None
    gold: str = ""
    sources: tuple[Source, ...] = ()
    withdrawn: tuple[Withdrawn, ...] = ()
    agreement: Agreement | None = None
    records: dict[Split, int]
    missing_images: int = 0
    files: dict[str, FileEntry]


def read_manifest(path: Path) -> Manifest:
    """Raises DataError where the file is no manifest, or names a file outside the release."""
    try:
        manifest = Manifest.model_validate_json(path.read_bytes())
    except ValidationError as error:
        problems = validation_problems(error, str(path), of="manifest")
        raise DataError(
            f"{path}: not a manifest of {FORMAT}: {problems[0].found}; wanted {problems[0].wanted}",
            "fetch the release again, or build it again",
            problems=problems,
        ) from error
    for name in manifest.files:
        parts = name.split("/")
        if (
            len(parts) > 2
            or (len(parts) == 2 and parts[0] != IMAGES)
            or not is_base_name(parts[-1])
        ):
            found, wanted = f"the file name {name!r} leaves the release", f"NAME or {IMAGES}/NAME"
            raise DataError(
                f"{path}: {found}; wanted {wanted}",
                "do not use this release; fetch it again from a source you trust",
                problems=[Problem("error", "manifest-path", str(path), found, wanted)],
            )
    return manifest


def checksum_problems(folder: Path, manifest: Manifest, on_file: OnCount) -> list[Problem]:
    """Rows for files that are missing, changed (errors) or that the manifest does not know (warnings)."""
    problems = []
    wanted_files = {f"{split}.jsonl" for split in SPLITS} - manifest.files.keys()
    for name in sorted(wanted_files):
        problems.append(
            Problem("error", "manifest", str(folder / MANIFEST), f"no {name}", "all 3 splits")
        )
    for done, (name, wanted) in enumerate(manifest.files.items(), start=1):
        entry = entry_of(folder / name)
        where = str(folder / name)
        if entry is None:
            problems.append(
                Problem("error", "file-missing", where, "no file", "the file of the manifest")
            )
        elif entry != wanted:
            found = f"sha256 {entry.sha256[:12]}…, {entry.bytes} bytes"
            rule = f"sha256 {wanted.sha256[:12]}…, {wanted.bytes} bytes"
            problems.append(Problem("error", "checksum", where, found, rule))
        on_file(done, len(manifest.files))
    present = {f"{IMAGES}/{path.name}" for path in (folder / IMAGES).glob("*")}
    for name in sorted(present - manifest.files.keys()):
        problems.append(
            Problem("warning", "file-unknown", str(folder / name), "a file", "one of the manifest")
        )
    return problems


def entry_of(path: Path) -> FileEntry | None:
    """Size and checksum of a file; None where there is none, or a link."""
    if path.is_symlink() or not path.is_file():
        return None
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256")
        return FileEntry(bytes=file.tell(), sha256=digest.hexdigest())
