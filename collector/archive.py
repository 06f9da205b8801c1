"""The source `archive`: posts that were collected before, as twarc v2 JSON lines with pictures beside.

Pages and flattened lines are read. The picture of a media is `media/<media_key>.*` beside the file, or a
file there with the base name of its address. The network is never used.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from pydantic import ValidationError

from ..schema import DataError, Image, is_base_name
from .media import MediaFailure
from .source import Answer, Found, Missing, Redirect
from .x_payload import answers_in

MEDIA = "media"


class Archive:
    """Posts of one JSON lines file. Only the place of each post is held in memory, not its text."""

    name = "archive"

    def __init__(self, path: Path) -> None:
        """Raises DataError where the file cannot be read or a line is not twarc's."""
        self._path = path
        self._places: dict[str, int] = {}
        self._files = {file.stem: file for file in sorted((path.parent / MEDIA).glob("*"))}
        try:
            with path.open("rb") as lines:
                place = lines.tell()
                for number, line in enumerate(iter(lines.readline, b""), start=1):
                    if line.strip():
                        for answer in self._answers(line, number):
                            self._places.setdefault(answer.post_id, place)
                    place = lines.tell()
        except OSError as error:
            raise DataError(
                f"{path}: {error.strerror}", "give twarc's JSON lines file to --archive"
            ) from error

    def posts(self, ids: Sequence[str]) -> Iterator[Answer]:
        """One answer for each id: what the archive has, else `unaccounted`."""
        with self._path.open("rb") as lines:
            for post_id in dict.fromkeys(ids):
                if post_id not in self._places:
                    yield Missing(post_id, "unaccounted", f"{self._path.name} does not have it")
                    continue
                lines.seek(self._places[post_id])
                answers = self._answers(lines.readline(), 0)
                yield next(answer for answer in answers if answer.post_id == post_id)

    def image(self, image: Image) -> tuple[bytes, str]:
        """The bytes, as archived, of the file beside the archive. Raises MediaFailure where there is none."""
        name = PurePosixPath(urlsplit(image.source_url).path).name
        file = self._files.get(PurePosixPath(name).stem)
        if not is_base_name(name) or file is None or file.is_symlink():
            raise MediaFailure("not_found", f"no picture {name!r} in {MEDIA}/ beside the archive")
        return file.read_bytes(), "archived"

    def _answers(self, line: bytes, number: int) -> Iterator[Found | Missing | Redirect]:
        try:
            page: Any = json.loads(line)
            if not isinstance(page, dict):
                raise ValueError("a line that is no object")
            yield from answers_in(page, source=self.name)
        except (ValueError, ValidationError) as error:
            first = str(error).splitlines()[0]
            raise DataError(
                f"{self._path}:{number}: {first}; wanted a page or a tweet of X's API v2 a line",
                "twarc2 hydrate ids.txt > posts.jsonl    # makes such a file",
            ) from error
