"""The source `archive`: posts that were collected before. The network is never used.

Which kind of archive a path is, is seen from the path. Another kind is a file with a class like these,
and a line in `KINDS`. A picture that is not there has failed.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from ...schema import DataError
from ...schema.corpus.corpus import DATABASE
from ..source import OnProblem, Source
from .archive_corpus import KeptPayloads
from .archive_gallery_dl import Gallery
from .archive_twarc import Lines

KINDS: Final[tuple[tuple[Callable[[Path], bool], Callable[[Path, OnProblem], Source]], ...]] = (
    (lambda path: (path / DATABASE).is_file(), KeptPayloads),
    (Path.is_dir, Gallery),
    (Path.is_file, Lines),
)
"""The first whose test holds; it is told whom to tell what it passes over."""


def open_archive(path: Path, *, on_problem: OnProblem = lambda problem: None) -> Source:
    """The archive at a path. Raises DataError where there is none that we know."""
    for is_one, kind in KINDS:
        if is_one(path):
            return kind(path, on_problem)
    raise DataError(
        f"{path}: no such file or folder; wanted twarc's JSON lines, gallery-dl's folder, or a corpus",
        "mnerctl fetch urls.txt --source archive --archive posts.jsonl",
    )
