"""The manifest of a release: facts about the release, and a checksum of every file.

The manifest does not contain its own checksum; publish that beside the release.
"""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SerializerFunctionWrapHandler,
    ValidationError,
    model_serializer,
)

from ..errors import DataError
from ..files.file_name import is_base_name
from ..files.given_file import open_given, read_whole
from ..files.links import link_problems, links_in
from ..labels import SPLITS, Split
from ..metadata.strip import RULE
from ..post import Fate
from ..problem import Problem
from ..progress import OnCount
from ..record import validation_problems
from .agreement import Agreement

FORMAT: Final = "mnerctl-release-1"
MANIFEST: Final = "manifest.json"
IMAGES: Final = "images"


class FileEntry(BaseModel):
    """The size in bytes and the SHA-256 of one file of a release."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    bytes: int
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")


class Source(BaseModel):
    """A dataset that records of a release come from.

    Attributes:
        name: name of the dataset.
        version: its version, empty if it has none.
        records: number of records from it.
        note: anything else worth knowing.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    version: str = ""
    records: int
    note: str = ""


class Withdrawn(BaseModel):
    """A post that was removed from the corpus.

    Attributes:
        id: the post.
        fate: its last fate.
        reason: why it was removed.
        date: when it was removed.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    fate: Fate
    reason: str
    date: date


class Stripped(BaseModel):
    """That metadata were dropped from the images of a release, and from which.

    Attributes:
        rule: version of the rule, see docs/explain/metadata.md.
        originals: SHA-256 of each image that had metadata, as it was before, by its path in the release.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    rule: str = RULE
    originals: dict[str, Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]] = {}


class Manifest(BaseModel):
    """The content of `manifest.json`.

    Attributes:
        format: version of the format.
        name: name of the release.
        version: version of the release.
        created: date of the release.
        tokenizer: version of the tokenizer.
        seed: seed of the split, None if the split was given.
        gold: how the gold was decided, and for how many posts.
        sources: the datasets that went into the release.
        withdrawn: posts that earlier releases may contain and later ones must not.
        agreement: agreement of the annotators, under pseudonyms, measured before the release was built.
        records: number of records in each split.
        missing_images: number of images that records name but the release does not have.
        stripped: what was dropped from the images; None in a release of before this was done, and then not
            in the file.
        files: every file except the manifest, by its path in the release.
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
    stripped: Stripped | None = None
    files: dict[str, FileEntry]

    @model_serializer(mode="wrap")
    def _without_absent_rule(self, serialize: SerializerFunctionWrapHandler) -> dict[str, object]:
        fields: dict[str, object] = serialize(self)
        if self.stripped is None:
            fields.pop("stripped", None)
        return fields

    def original_of(self, image: str) -> str | None:
        """Return the SHA-256 of an image before its metadata were dropped; None if it had none."""
        return self.stripped.originals.get(f"{IMAGES}/{image}") if self.stripped else None

    def hashes_of(self, path: str) -> frozenset[str]:
        """Return the SHA-256 of a file of the release, and of an image also as it was before."""
        originals = self.stripped.originals if self.stripped else {}
        return frozenset({self.files[path].sha256, originals.get(path, self.files[path].sha256)})


def read_manifest(path: Path) -> Manifest:
    """Read a manifest.

    Raises:
        DataError: the file is not a manifest, or it names a file outside the release.
    """
    try:
        manifest = Manifest.model_validate_json(read_whole(path))
    except ValidationError as error:
        problems = validation_problems(error, str(path), of="manifest")
        raise DataError(
            f"{path}: not a manifest of {FORMAT}: {problems[0].found}; wanted {problems[0].wanted}",
            "download the release again, or build it again",
            problems=problems,
        ) from error
    for name in manifest.files:
        parts = name.split("/")
        if (
            len(parts) > 2
            or (len(parts) == 2 and parts[0] != IMAGES)
            or not is_base_name(parts[-1])
        ):
            found, wanted = (
                f"the file name {name!r} is outside the release",
                f"NAME or {IMAGES}/NAME",
            )
            raise DataError(
                f"{path}: {found}; wanted {wanted}",
                "do not use this release; download it again from a source you trust",
                problems=[Problem("error", "manifest-path", str(path), found, wanted)],
            )
    return manifest


def checksum_problems(folder: Path, manifest: Manifest, on_file: OnCount) -> list[Problem]:
    """Return rows for files that are links, missing or changed (errors) or not in the manifest (warnings).

    Nothing is read through a link.
    """
    links = links_in(folder, IMAGES)
    problems = link_problems(links)
    linked = {path.relative_to(folder).as_posix() for path in links}
    wanted_files = {f"{split}.jsonl" for split in SPLITS} - manifest.files.keys()
    for name in sorted(wanted_files):
        problems.append(
            Problem("error", "manifest", str(folder / MANIFEST), f"no {name}", "all 3 splits")
        )
    for done, (name, wanted) in enumerate(manifest.files.items(), start=1):
        if name in linked or name.partition("/")[0] in linked:
            on_file(done, len(manifest.files))
            continue
        entry = entry_of(folder / name)
        where = str(folder / name)
        if entry is None:
            problems.append(
                Problem("error", "file-missing", where, "no file", "the file in the manifest")
            )
        elif entry != wanted:
            found = f"sha256 {entry.sha256[:12]}…, {entry.bytes} bytes"
            rule = f"sha256 {wanted.sha256[:12]}…, {wanted.bytes} bytes"
            problems.append(Problem("error", "checksum", where, found, rule))
        on_file(done, len(manifest.files))
    images = () if IMAGES in linked else (folder / IMAGES).glob("*")
    present = {f"{IMAGES}/{path.name}" for path in images}
    for name in sorted(present - manifest.files.keys() - linked):
        problems.append(
            Problem(
                "warning", "file-unknown", str(folder / name), "a file", "a file in the manifest"
            )
        )
    return problems


def entry_of(path: Path) -> FileEntry | None:
    """Return the size and checksum of a file, or None if it does not exist or is a link."""
    if path.is_symlink() or not path.is_file():
        return None
    with open_given(path) as file:
        digest = hashlib.file_digest(file, "sha256")
        return FileEntry(bytes=file.tell(), sha256=digest.hexdigest())
