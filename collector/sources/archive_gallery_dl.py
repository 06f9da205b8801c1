"""The archive of gallery-dl: a folder, with subfolders, of pictures and their `.json` sidecars."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from pydantic import ValidationError

from ...schema import DataError, Image, Problem
from ...schema.files.given_file import MAX_LINE_BYTES, read_whole
from ...schema.files.json_text import NotJson, parse_json
from ...schema.files.links import links_below, refuse_links
from ..source import Answer, Missing, OnProblem
from ..x_json.gallery_dl import Sidecar, read_sidecars
from .archive_picture import VARIANT, read_picture


class GalleryDlArchive:
    """The posts of one folder. Memory holds which files belong to which post."""

    name = "archive"
    dollars_per_post = None

    def __init__(self, folder: Path, on_problem: OnProblem) -> None:
        """List the sidecars of a folder.

        Args:
            on_problem: called for each `.json` file that is not a sidecar of X.

        Raises:
            DataError: there is no sidecar of X, or the folder has a link.
        """
        refuse_links(folder, links_below(folder))
        self._folder = folder
        self._sidecars: dict[str, list[str]] = {}
        self._pictures: dict[str, str] = {}
        for file in sorted(folder.rglob("*.json")):
            sidecar = _sidecar(file)
            if sidecar is None:
                wanted = "a sidecar of gallery-dl for X"
                on_problem(
                    Problem("warning", "archive-file", str(file), file.name, wanted, "skipped")
                )
                continue
            self._sidecars.setdefault(sidecar.post_id, []).append(str(file))
            if sidecar.url:
                self._pictures[sidecar.url] = str(_picture_beside(file, sidecar))
        if not self._sidecars:
            raise DataError(
                f"{folder}: not an archive; wanted gallery-dl's pictures and .json files, or a corpus",
                "gallery-dl --write-metadata -i urls.txt    # or name another archive",
            )

    def posts(self, ids: Iterable[str]) -> Iterator[Answer]:
        """Yield one answer for each id; `unaccounted` if the folder does not have the post."""
        for post_id in ids:
            files = self._sidecars.get(post_id, ())
            posts = read_sidecars([value for name in files if (value := _json(Path(name)))])
            if posts is None or post_id not in posts.own:
                reason = f"{self._folder.name} does not have it"
                yield Missing(post_id, "unaccounted", reason, can_retry=True)
            else:
                yield posts.own[post_id](self.name)

    def picture(self, image: Image) -> tuple[bytes, str]:
        """Return the bytes of the file beside its sidecar.

        Raises:
            MediaFailure: there is no such file.
        """
        name = self._pictures.get(image.source_url)
        file = Path(name) if name else None
        wanted = file.name if file else f"sidecar of {image.source_url}"
        return read_picture(file, wanted), VARIANT


def _sidecar(file: Path) -> Sidecar | None:
    try:
        return Sidecar.model_validate(_json(file))
    except ValidationError:
        return None


def _json(file: Path) -> object:
    try:
        value: object = parse_json(read_whole(file, most=MAX_LINE_BYTES))
        return value
    except (OSError, NotJson):
        return None


def _picture_beside(file: Path, sidecar: Sidecar) -> Path:
    """Return `A1.jpg` for `A1.jpg.json`, as gallery-dl names it by default, or for `A1.json`."""
    whole = file.with_suffix("")
    is_named = whole.is_file() or not sidecar.extension
    return whole if is_named else file.with_suffix(f".{sidecar.extension}")
