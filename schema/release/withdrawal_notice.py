"""The withdrawal notice of a release: `withdrawn.json` beside the manifest, which does not change.

`release/lifecycle/withdraw.py` removes a post from the files of a frozen release. The manifest still
describes the original files. The notice lists the removed posts and the new checksums of changed files, so
that both the original copy and the one without these posts can be checked.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ..errors import DataError
from ..files.given_file import read_whole
from ..labels import SPLITS, Split
from ..problem import Problem
from ..record import validation_problems
from .manifest import IMAGES, MANIFEST, FileEntry, Manifest, Withdrawn

NOTICE: Final = "withdrawn.json"
RULE: Final = "withdrawal-notice"


class Notice(BaseModel):
    """The content of `withdrawn.json`.

    Attributes:
        format: version of the format.
        manifest_sha256: hash of the manifest that the notice belongs to.
        posts: the removed posts.
        record_ids: ids of removed records that are not ids of `posts`. An interrupted withdrawal needs them
            to find the records in predictions and answers; absent from the file if there are none.
        files: the new entries of split files that changed.
        removed: image files that were deleted.
        records: number of records in each split now.
        missing_images: number of images that records name but the release does not have now.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal["mnerctl-withdrawal-1"] = "mnerctl-withdrawal-1"
    manifest_sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    posts: tuple[Withdrawn, ...]
    record_ids: tuple[str, ...] = ()
    files: dict[str, FileEntry]
    removed: tuple[str, ...]
    records: dict[Split, int]
    missing_images: int


def notice_text(notice: Notice) -> str:
    """Return the content of the file."""
    unused = None if notice.record_ids else {"record_ids"}
    return notice.model_dump_json(indent=1, exclude=unused) + "\n"


def read_notice(folder: Path, manifest: Manifest) -> Notice | None:
    """Return the notice of the release in `folder`, or None if it has none.

    Raises:
        DataError: the file is not a notice, or it belongs to another release.
    """
    path = folder / NOTICE
    if not path.is_file():
        return None
    try:
        notice = Notice.model_validate_json(read_whole(path))
    except ValidationError as error:
        raise _bad_notice(path, validation_problems(error, str(path), of="notice")) from error
    frozen = sha256_of(folder / MANIFEST)
    splits = {f"{split}.jsonl" for split in SPLITS}
    faults = {
        f"belongs to the manifest {notice.manifest_sha256[:12]}…": notice.manifest_sha256 != frozen,
        "changes files that are not splits": not notice.files.keys() <= splits,
        "removes files that are not images": not all(
            name in manifest.files and name.startswith(f"{IMAGES}/") for name in notice.removed
        ),
    }
    wanted = f"the notice of this release, with the manifest {frozen[:12]}…"
    if rows := [
        Problem("error", RULE, str(path), f, wanted) for f, is_so in faults.items() if is_so
    ]:
        raise _bad_notice(path, rows)
    return notice


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file."""
    return hashlib.sha256(read_whole(path)).hexdigest()


def current_manifest(manifest: Manifest, notice: Notice) -> Manifest:
    """Return the manifest after the withdrawal, against which readers check files and counts."""
    kept = {name: entry for name, entry in manifest.files.items() if name not in notice.removed}
    stripped = manifest.stripped
    if stripped:
        originals = {name: one for name, one in stripped.originals.items() if name in kept}
        stripped = stripped.model_copy(update={"originals": originals})
    return manifest.model_copy(
        update={
            "files": kept | notice.files,
            "records": notice.records,
            "missing_images": notice.missing_images,
            "stripped": stripped,
            "withdrawn": (*manifest.withdrawn, *notice.posts),
        }
    )


def notice_problem(folder: Path, notice: Notice) -> Problem:
    """Return the note that reading a release with a notice reports."""
    count = len(notice.posts)
    found = f"{count:,} {'post was' if count == 1 else 'posts were'} withdrawn after it was frozen"
    return Problem("note", RULE, str(folder / NOTICE), found, "nothing: its files match the notice")


def _bad_notice(path: Path, problems: list[Problem]) -> DataError:
    return DataError(
        f"{path}: {problems[0].found}; wanted {problems[0].wanted}",
        "download the release again, with its notice",
        problems=problems,
    )
