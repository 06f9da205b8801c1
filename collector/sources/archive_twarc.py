"""The archive of twarc: JSON lines, plain or gzip, with pictures beside them.

It reads pages and flattened lines of API v2, lines of v1.1, and posts that other posts refer to. The picture
of a media item is `media/<media_key>.<ext>` beside the file, or a file there with the base name of its URL.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Final

from ...schema import DataError, Image, Problem
from ...schema.files.given_file import Lines, bounded_lines, open_given, too_long
from ...schema.files.links import links_in, refuse_links
from ...schema.url_parts import url_parts
from ..source import Answer, Missing, OnProblem
from ..x_json.lazy_posts import LazyPosts
from .archive_forms import read_json
from .archive_picture import VARIANT, read_picture

MEDIA: Final = "media"
GZIP: Final = b"\x1f\x8b"
WANTED: Final = "a page or a post of X's API"


class TwarcArchive:
    """The posts of one file, which is read from start to end and never held in memory."""

    name = "archive"
    dollars_per_post = None

    def __init__(self, path: Path, on_problem: OnProblem) -> None:
        """List the pictures beside a file.

        Args:
            on_problem: called for each line that is skipped.

        Raises:
            DataError: the file cannot be opened, or `media/` is a link or has one.
        """
        self._path = path
        self._on_problem = on_problem
        self._files: dict[str, Path] = {}
        media = path.parent / MEDIA
        refuse_links(media, [media] if media.is_symlink() else links_in(media))
        for file in sorted(media.glob("*")):
            if file.is_file():
                self._files[file.name] = file
                self._files.setdefault(file.stem, file)
        try:
            with open_given(path) as stream:
                self._is_gzip = stream.read(len(GZIP)) == GZIP
        except OSError as error:
            raise DataError(f"{path}: {error.strerror}", f"ls -l {path}") from error

    def posts(self, ids: Iterable[str]) -> Iterator[Answer]:
        """Yield one answer for each id; `unaccounted` if the archive does not have the post.

        A post that others refer to may also have a line of its own further down, which is better. Therefore
        referenced posts are answered when the file is read a second time; storing them would take memory.
        """
        wanted = dict.fromkeys(ids)
        referenced: set[str] = set()
        for posts in self._lines(self._on_problem):
            for post_id, to_answer in posts.own.items():
                if post_id in wanted:
                    del wanted[post_id]
                    yield to_answer(self.name)
            referenced.update(post_id for post_id in posts.referenced if post_id in wanted)
        for posts in self._lines(_ignore) if referenced & wanted.keys() else ():
            for post_id, to_answer in posts.referenced.items():
                if post_id in wanted:
                    del wanted[post_id]
                    yield to_answer(self.name)
        for post_id in wanted:
            reason = f"{self._path.name} does not have it"
            yield Missing(post_id, "unaccounted", reason, can_retry=True)

    def picture(self, image: Image) -> tuple[bytes, str]:
        """Return the bytes of the file beside the archive.

        Raises:
            MediaFailure: there is no such file.
        """
        name = PurePosixPath(url_parts(image.source_url).path).name
        names = (image.media_key or "", name, PurePosixPath(name).stem)
        file = next((self._files[one] for one in names if one in self._files), None)
        wanted = " or ".join(dict.fromkeys(one for one in names[:2] if one))
        return read_picture(file, f"{wanted} in {MEDIA}/"), VARIANT

    def _lines(self, on_problem: OnProblem) -> Iterator[LazyPosts]:
        where, number = str(self._path), 0
        try:
            with self._opened() as stream:
                for number, line in bounded_lines(stream):
                    if line is not None and not line.strip():
                        continue
                    posts = None if line is None else read_json(line)
                    if posts is not None:
                        yield posts
                        continue
                    found, wanted = too_long() if line is None else (_shown(line), WANTED)
                    place = f"{where}:{number}"
                    on_problem(Problem("warning", "archive-line", place, found, wanted, "skipped"))
        except (OSError, EOFError, zlib.error) as error:
            wanted = "a complete file, plain or gzip"
            place = f"{where}:{number + 1}"
            detail = "the lines before it were read"
            on_problem(Problem("error", "archive-end", place, str(error), wanted, detail))

    @contextmanager
    def _opened(self) -> Iterator[Lines]:
        with open_given(self._path) as file:
            yield gzip.GzipFile(fileobj=file) if self._is_gzip else file


def _shown(line: bytes) -> str:
    return repr(line[:40].decode("utf-8", "replace"))


def _ignore(problem: Problem) -> None:
    """Do nothing: the first pass has reported the problem."""
