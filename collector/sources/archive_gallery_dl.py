"""The archive of gallery-dl: a folder, with folders in it, of pictures and their `.json` sidecars."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from pydantic import ValidationError

from ...schema import DataError, Image, Problem
from ..source import Answer, Missing, OnProblem
from ..x_json.gallery_dl import Sidecar, read_sidecars
from .archive_picture import VARIANT, picture_in


class Gallery:
    """Posts of one folder. What is held in memory is which files belong to which post."""

    name = "archive"

    def __init__(self, folder: Path, on_problem: OnProblem) -> None:
        """on_problem: called for each `.json` that is no sidecar of X. Raises DataError."""
        self._folder = folder
        self._sidecars: dict[str, list[str]] = {}
        self._pictures: dict[str, str] = {}
        for file in sorted(folder.rglob("*.json")):
            sidecar = _read(file)
            if sidecar is None:
                wanted = "a sidecar of gallery-dl for X"
                on_problem(
                    Problem("warning", "archive-file", str(file), file.name, wanted, "passed over")
                )
                continue
            self._sidecars.setdefault(sidecar.post_id, []).append(str(file))
            if sidecar.url:
                self._pictures[sidecar.url] = str(_picture_beside(file, sidecar))
        if not self._sidecars:
            raise DataError(
                f"{folder}: no archive; wanted gallery-dl's pictures and .json files, or a corpus",
                "gallery-dl --write-metadata -i urls.txt    # or give another archive",
            )

    def posts(self, ids: Iterable[str]) -> Iterator[Answer]:
        """One answer for each id: what the folder has of it, else `unaccounted`."""
        for post_id in ids:
            files = self._sidecars.get(post_id, ())
            found = read_sidecars([value for name in files if (value := _json(Path(name)))])
            if found is None or post_id not in found.own:
                nothing = f"{self._folder.name} does not have it"
                yield Missing(post_id, "unaccounted", nothing, can_retry=True)
            else:
                yield found.own[post_id](self.name)

    def picture(self, image: Image) -> tuple[bytes, str]:
        """The file beside its sidecar. Raises MediaFailure where there is none."""
        name = self._pictures.get(image.source_url)
        file = Path(name) if name else None
        return picture_in(file, file.name if file else f"sidecar of {image.source_url}"), VARIANT


def _read(file: Path) -> Sidecar | None:
    try:
        return Sidecar.model_validate(_json(file))
    except ValidationError:
        return None


def _json(file: Path) -> object:
    try:
        return json.loads(file.read_bytes())
    except (OSError, ValueError, RecursionError):
        return None


def _picture_beside(file: Path, sidecar: Sidecar) -> Path:
    """`A1.jpg` of `A1.jpg.json`, as is gallery-dl's habit, or of `A1.json`."""
    whole = file.with_suffix("")
    return whole if whole.is_file() else file.with_suffix(f".{sidecar.extension}")
