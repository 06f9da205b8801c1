"""No file or folder of a release, corpus, archive, gallery or model is a link: find links and refuse them.

A link in a folder that somebody sent may point to any file of the reader: what is read through it could be
published, and what is written or deleted through it is the reader's own. The path that the user gives may
be a link, and so may the folders above it; this module looks only at what is inside.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from ..errors import DataError
from ..problem import Problem

RULE: Final = "file-link"
NOWHERE: Final = Path(os.devnull)
"""A path below which no file can be: the place of a picture that is a link."""


def links_in(folder: Path, *inner: str) -> list[Path]:
    """Return the links that are entries of a folder or of these folders in it, sorted.

    Nothing is read through a link, and a folder that does not exist has none.
    """
    found = []
    for place in (folder, *(folder / name for name in inner)):
        if place == folder or not place.is_symlink():
            found += [Path(entry.path) for entry in _entries(place) if entry.is_symlink()]
    return sorted(found)


def links_below(folder: Path) -> list[Path]:
    """Return all links below a folder, sorted. Nothing is read through a link."""
    found = []
    for parent, folders, files in os.walk(folder):
        found += [path for name in (*folders, *files) if (path := Path(parent, name)).is_symlink()]
    return sorted(found)


def link_problems(links: Iterable[Path]) -> list[Problem]:
    """Return a row for each link."""
    return [
        Problem("error", RULE, str(path), f"a link to {_target(path)}", "a file or folder itself")
        for path in links
    ]


def refuse_link(path: Path) -> None:
    """Check that a file or folder to write is no link.

    Raises:
        DataError: it is a link.
    """
    if path.is_symlink():
        raise DataError(
            f"{path}: a link; a link is never written through",
            f"ls -l {path}    # shows where it points; remove it, or give another path",
        )


def refuse_links(folder: Path, links: Iterable[Path]) -> None:
    """Check that a folder has no links.

    Args:
        folder: the folder, for the message.
        links: the links that were found in it.

    Raises:
        DataError: there is a link; contains a row for each.
    """
    if rows := link_problems(links):
        raise DataError(
            f"{rows[0].where}: {rows[0].found}; wanted {rows[0].wanted}, because links are not followed",
            f"find {folder} -type l -ls    # shows where links point; replace them by what you want there",
            problems=rows,
        )


def unlinked(path: Path) -> Path:
    """Return the path, or a path without a file if it is a link, a pipe or a device."""
    return NOWHERE / path.name if is_special(path) else path


def is_special(path: Path) -> bool:
    """Return whether a path is neither a file nor a folder nor absent, such as a link, pipe or device."""
    try:
        mode = path.lstat().st_mode
    except OSError:
        return False
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))


def _entries(folder: Path) -> Iterator[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            yield from entries
    except OSError:
        return  # absent, or the reader reports it


def _target(link: Path) -> str:
    try:
        return repr(os.readlink(link))[:200]
    except OSError:
        return "something"
