"""The record of an export: a hidden file in its folder, from which a withdrawal makes the export again.

`release/export` writes and uses it. Without it, an export is a folder of files like any other.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError

from ..corpus.card_facts import CardFacts
from ..errors import DataError
from ..files.file_name import is_base_name
from ..files.given_file import read_whole
from ..post_url import post_of_url
from .release import Release

RECORD: Final = ".mnerctl-export.json"


def _inner_path(name: str) -> str:
    if not all(map(is_base_name, name.split("/"))):
        raise ValueError(f"{name[:100]!r} is not the path of a file in the folder")
    return name


class ExportRecord(BaseModel):
    """The content of the file.

    Attributes:
        format: version of this file.
        to: the format of the export.
        release: name of the release.
        version: version of the release.
        manifest_sha256: hash of the release's manifest, which no withdrawal changes.
        with_content: whether an export for the Hub has texts and pictures.
        facts: what the authors wrote about the dataset.
        posts: id of each record to the post id in its URL, "" if there is none.
        files: the files of the export, with `/` between folders.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal["mnerctl-export-1"] = "mnerctl-export-1"
    to: str
    release: str
    version: str
    manifest_sha256: str
    with_content: bool
    facts: CardFacts
    posts: dict[str, str]
    files: tuple[Annotated[str, AfterValidator(_inner_path)], ...]

    def count(self, ids: Collection[str]) -> int:
        """Return how many of these posts the export has."""
        return sum(id in ids or post in ids for id, post in self.posts.items())


def posts_of(release: Release) -> dict[str, str]:
    """Return the field `posts` for a release."""
    return {record.id: post_of_url(record.url) or "" for record in release.records()}


def read_export_record(folder: Path) -> ExportRecord:
    """Return the record of an export.

    Raises:
        DataError: the folder has none, or it is damaged.
    """
    path = folder / RECORD
    try:
        return ExportRecord.model_validate_json(read_whole(path))
    except (OSError, ValidationError) as error:
        found = error.strerror if isinstance(error, OSError) else "damaged"
        raise DataError(
            f"{path}: {found}; only an export that mnerctl made can be made again",
            "delete the export, and run mnerctl release export again",
        ) from error
