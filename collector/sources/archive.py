"""The source `archive`: posts that were collected before. The network is never used.

The kind of archive is detected from the path. To support another kind, add a module with a class like those
listed here and a line in `KINDS`. A picture that the archive does not have counts as failed.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from ...schema import DataError
from ...schema.corpus.stored import DATABASE
from ..source import OnProblem, Source, SourceKind, SourceOptions
from .archive_corpus import CorpusArchive
from .archive_gallery_dl import GalleryDlArchive
from .archive_twarc import TwarcArchive

KINDS: Final[tuple[tuple[Callable[[Path], bool], Callable[[Path, OnProblem], Source]], ...]] = (
    (lambda path: (path / DATABASE).is_file(), CorpusArchive),
    (Path.is_dir, GalleryDlArchive),
    (Path.is_file, TwarcArchive),
)
"""(test of the path, class) of each kind; the first whose test holds is used."""


def open_archive(path: Path, *, on_problem: OnProblem = lambda problem: None) -> Source:
    """Return the archive at a path.

    Args:
        on_problem: called for each line or file that is skipped.

    Raises:
        DataError: there is no archive of a known kind.
    """
    for is_one, kind in KINDS:
        if is_one(path):
            return kind(path, on_problem)
    raise DataError(
        f"{path}: no such file or folder; wanted twarc's JSON lines, gallery-dl's folder, or a corpus",
        "mnerctl fetch urls.txt --source archive --archive posts.jsonl",
    )


def _open(options: SourceOptions) -> Source:
    assert options.archive is not None  # the command has checked `reads_archive`
    return open_archive(options.archive, on_problem=options.on_problem)


SOURCE: Final = SourceKind(open=_open, reads_archive=True)
