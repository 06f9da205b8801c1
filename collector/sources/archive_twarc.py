"""The archive of twarc: JSON lines, plain or gzip, with pictures beside them.

Pages and flattened lines of API v2 are read, lines of v1.1, and the posts that others refer to. The
picture of a media is `media/<media_key>.<ext>` beside the file, or a file there with the base name of
its address.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterable, Iterator
from io import BufferedIOBase
from pathlib import Path, PurePosixPath
from typing import Final
from urllib.parse import urlsplit

from ...schema import DataError, Image, Problem
from ..source import Answer, Missing, OnProblem
from ..x_json.reading import Reading
from .archive_forms import read_json
from .archive_picture import VARIANT, picture_in

MEDIA: Final = "media"
GZIP: Final = b"\x1f\x8b"


class Lines:
    """Posts of one file. It is read from front to back and never held in memory."""

    name = "archive"

    def __init__(self, path: Path, on_problem: OnProblem) -> None:
        """on_problem: called for each line that is passed over. Raises DataError."""
        self._path = path
        self._on_problem = on_problem
        self._files: dict[str, Path] = {}
        for file in sorted((path.parent / MEDIA).glob("*")):
            if file.is_file():
                self._files[file.name] = file
                self._files.setdefault(file.stem, file)
        try:
            with path.open("rb") as stream:
                self._is_gzip = stream.read(len(GZIP)) == GZIP
        except OSError as error:
            raise DataError(f"{path}: {error.strerror}", f"ls -l {path}") from error

    def posts(self, ids: Iterable[str]) -> Iterator[Answer]:
        """One answer for each id: what the archive has of it, else `unaccounted`.

        A post that others refer to may follow as one of its own: those are answered in a second
        reading, so that none is held in memory.
        """
        wanted = dict.fromkeys(ids)
        within: set[str] = set()
        for reading in self._readings(self._on_problem):
            for post_id, tell in reading.own.items():
                if post_id in wanted:
                    del wanted[post_id]
                    yield tell(self.name)
            within.update(post_id for post_id in reading.within if post_id in wanted)
        for reading in self._readings(_ignored) if within & wanted.keys() else ():
            for post_id, tell in reading.within.items():
                if post_id in wanted:
                    del wanted[post_id]
                    yield tell(self.name)
        for post_id in wanted:
            nothing = f"{self._path.name} does not have it"
            yield Missing(post_id, "unaccounted", nothing, can_retry=True)

    def picture(self, image: Image) -> tuple[bytes, str]:
        """The file beside the archive. Raises MediaFailure where there is none."""
        name = PurePosixPath(urlsplit(image.source_url).path).name
        names = (image.media_key or "", name, PurePosixPath(name).stem)
        file = next((self._files[one] for one in names if one in self._files), None)
        looked = " or ".join(dict.fromkeys(one for one in names[:2] if one))
        return picture_in(file, f"{looked} in {MEDIA}/"), VARIANT

    def _readings(self, on_problem: OnProblem) -> Iterator[Reading]:
        where, number = str(self._path), 0
        try:
            with self._opened() as lines:
                for number, line in enumerate(lines, start=1):
                    if not line.strip():
                        continue
                    reading = read_json(line)
                    if reading is not None:
                        yield reading
                        continue
                    shown = repr(line[:40].decode("utf-8", "replace"))
                    wanted = "a page or a post of X's API"
                    place = f"{where}:{number}"
                    on_problem(
                        Problem("warning", "archive-line", place, shown, wanted, "passed over")
                    )
        except (OSError, EOFError, zlib.error) as error:
            wanted = "a whole file, plain or gzip"
            place = f"{where}:{number + 1}"
            on_problem(Problem("error", "archive-end", place, str(error), wanted, "read so far"))

    def _opened(self) -> BufferedIOBase:
        return gzip.open(self._path) if self._is_gzip else self._path.open("rb")


def _ignored(problem: Problem) -> None:
    """The first reading has told it."""
