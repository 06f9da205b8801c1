"""The source `archive`: posts that were collected before, as twarc v2 JSON lines with pictures beside.

Pages and flattened lines are read, and the posts that a page includes. The picture of a media is
`media/<media_key>.<ext>` beside the file, or a file there with the base name of its address. The
network is never used: a picture that is not there has failed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import Any, Final
from urllib.parse import urlsplit

from ..schema import DataError, Image, Problem
from .media import MOST_BYTES
from .source import Answer, MediaFailure, Missing
from .x_payload import answers_in

MEDIA: Final = "media"
VARIANT: Final = "archived"


class Archive:
    """Posts of one JSON lines file. It is read from front to back and never held in memory."""

    name = "archive"

    def __init__(
        self, path: Path, *, on_problem: Callable[[Problem], None] = lambda problem: None
    ) -> None:
        """on_problem: called for each line that is not twarc's, which is passed over. Raises DataError."""
        if not path.is_file():
            raise DataError(
                f"{path}: no such file; wanted twarc's JSON lines",
                "mnerctl fetch urls.txt --source archive --archive posts.jsonl",
            )
        self._path = path
        self._on_problem = on_problem
        self._files: dict[str, Path] = {}
        for file in sorted((path.parent / MEDIA).glob("*")):
            if file.is_file():
                self._files[file.name] = file
                self._files.setdefault(file.stem, file)

    def posts(self, ids: Iterable[str]) -> Iterator[Answer]:
        """One answer for each id: what the archive has of it, else `unaccounted`."""
        wanted = dict.fromkeys(ids)
        included: dict[
            str, Answer
        ] = {}  # a post within another's page may follow as one of its own
        for page in self._pages():
            rows = [row for row in _rows(page) if row.get("id") in wanted]
            for answer in answers_in({**page, "data": rows}, source=self.name):
                if answer.post_id in wanted:
                    del wanted[answer.post_id]
                    yield answer
            rows = [row for row in _inner_rows(page) if row.get("id") in wanted]
            inner = {"data": rows, "includes": page.get("includes")}
            for answer in answers_in(inner, source=self.name) if rows else ():
                included.setdefault(answer.post_id, answer)
        for post_id in wanted:
            nothing = f"{self._path.name} does not have it"
            yield included.get(post_id) or Missing(post_id, "unaccounted", nothing, can_retry=True)

    def picture(self, image: Image) -> tuple[bytes, str]:
        """The file beside the archive. Raises MediaFailure where there is none."""
        name = PurePosixPath(urlsplit(image.source_url).path).name
        names = (image.media_key or "", name, PurePosixPath(name).stem)
        file = next((self._files[one] for one in names if one in self._files), None)
        if file is None:
            looked = " or ".join(dict.fromkeys(one for one in names[:2] if one))
            raise MediaFailure("not_there", f"no {looked} in {MEDIA}/", can_retry=True)
        try:
            if file.stat().st_size > MOST_BYTES:
                raise MediaFailure("too_many_bytes", f"{file.name}, wanted at most {MOST_BYTES:,}")
            return file.read_bytes(), VARIANT
        except OSError as error:
            raise MediaFailure(
                "unreadable", f"{file.name}: {error.strerror}", can_retry=True
            ) from None

    def _pages(self) -> Iterator[dict[str, Any]]:
        """Every line as a page; a flattened line is one of a single post."""
        try:
            with self._path.open("rb") as lines:
                for number, line in enumerate(lines, start=1):
                    if not line.strip():
                        continue
                    page = _page(line)
                    if page is None:
                        self._on_problem(
                            Problem(
                                "warning",
                                "archive-line",
                                f"{self._path}:{number}",
                                repr(line[:40].decode("utf-8", "replace")),
                                "a page or a post of X's API v2",
                                "passed over",
                            )
                        )
                    else:
                        yield page
        except OSError as error:
            raise DataError(f"{self._path}: {error.strerror}", "check the file") from error


def _rows(page: dict[str, Any]) -> list[dict[str, Any]]:
    data = page.get("data")
    return [row for row in (data if isinstance(data, list) else [data]) if isinstance(row, dict)]


def _inner_rows(page: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Posts that others of the page refer to: in `includes`, or in place in a flattened line."""
    includes = page.get("includes")
    for name in ("posts", "tweets"):
        if isinstance(includes, dict) and isinstance(includes.get(name), list):
            yield from (row for row in includes[name] if isinstance(row, dict))
    for row in _rows(page):
        for name in ("referenced_posts", "referenced_tweets"):
            for inner in row.get(name) or ():
                if isinstance(inner, dict) and "text" in inner:
                    yield inner


def _page(line: bytes) -> dict[str, Any] | None:
    try:
        page = json.loads(line)
    except ValueError:
        return None
    if not isinstance(page, dict):
        return None
    if "data" in page or "errors" in page:
        return page
    if isinstance(page.get("id"), str) and "text" in page and "id_str" not in page:
        return {"data": [page]}
    return None
