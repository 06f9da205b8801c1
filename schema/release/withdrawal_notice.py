"""The withdrawal notice of a frozen release: `withdrawn.json` beside the manifest, which stays as it was.

A post that was withdrawn after the release was frozen is taken out of its files. The manifest still says
what was frozen; the notice says which posts went and what the files that changed are now, so that both a
whole copy and one without these posts can be checked. What this does not do: take anything out
(`release/lifecycle/withdraw.py`).
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ..errors import DataError
from ..labels import SPLITS, Split
from ..problem import Problem
from ..record import validation_problems
from .manifest import IMAGES, MANIFEST, FileEntry, Manifest, Withdrawn

NOTICE: Final = "withdrawn.json"
RULE: Final = "withdrawal-notice"


class Notice(BaseModel):
    """What a release has become.

    manifest_sha256: of the manifest that it belongs to. posts: those that were taken out. files: the split
    files that changed, as they are now. removed: files that are gone. records, missing_images: as now.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal["mnerctl-withdrawal-1"] = "mnerctl-withdrawal-1"
    manifest_sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    posts: tuple[Withdrawn, ...]
    files: dict[str, FileEntry]
    removed: tuple[str, ...]
    records: dict[Split, int]
    missing_images: int


def read_notice(folder: Path, manifest: Manifest) -> Notice | None:
    """The notice of the release in `folder`, or None where there is none.

    Raises DataError where it is no notice, or that of another release.
    """
    path = folder / NOTICE
    if not path.is_file():
        return None
    try:
        notice = Notice.model_validate_json(path.read_bytes())
    except ValidationError as error:
        raise _unfit(path, validation_problems(error, str(path), of="notice")) from error
    frozen = sha256_of(folder / MANIFEST)
    splits = {f"{split}.jsonl" for split in SPLITS}
    faults = {
        f"of the manifest {notice.manifest_sha256[:12]}…": notice.manifest_sha256 != frozen,
        "changes files that are no splits": not notice.files.keys() <= splits,
        "removes files that are no images": not all(
            name in manifest.files and name.startswith(f"{IMAGES}/") for name in notice.removed
        ),
    }
    wanted = f"the notice of this release, whose manifest is {frozen[:12]}…"
    if rows := [
        Problem("error", RULE, str(path), f, wanted) for f, is_so in faults.items() if is_so
    ]:
        raise _unfit(path, rows)
    return notice


def sha256_of(path: Path) -> str:
    """Of the bytes of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def current_manifest(manifest: Manifest, notice: Notice) -> Manifest:
    """The manifest of what is left: what readers check files and counts against."""
    kept = {name: entry for name, entry in manifest.files.items() if name not in notice.removed}
    return manifest.model_copy(
        update={
            "files": kept | notice.files,
            "records": notice.records,
            "missing_images": notice.missing_images,
            "withdrawn": (*manifest.withdrawn, *notice.posts),
        }
    )


def notice_problem(folder: Path, notice: Notice) -> Problem:
    """What reading a release with a notice has to say of it."""
    count = len(notice.posts)
    found = f"{count:,} {'post was' if count == 1 else 'posts were'} withdrawn after it was frozen"
    return Problem("note", RULE, str(folder / NOTICE), found, "nothing: its files are as it says")


def _unfit(path: Path, problems: list[Problem]) -> DataError:
    return DataError(
        f"{path}: {problems[0].found}; wanted {problems[0].wanted}",
        "fetch the release again, with its notice",
        problems=problems,
    )
