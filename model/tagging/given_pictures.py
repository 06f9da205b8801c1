"""The pictures of posts that a user gives: a folder of files, matched to posts by their names.

A file belongs to a post if it is named in its `images`, or if its name is the post's id, or its id, an
underscore and a number: `ID.jpg`, `ID_1.jpg`, `ID_2.png`. The numbers give the order.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path
from typing import Final

from ...schema import DataError, Problem
from ...schema.files.file_name import is_base_name
from ...schema.files.links import is_special

EXTENSIONS: Final = frozenset({".jpg", ".jpeg", ".png", ".webp", ".gif"})
_NUMBERED: Final = re.compile(r"(?P<id>.+)_(?P<number>[0-9]{1,9})", re.DOTALL)


def pictures_by_id(
    folder: Path, ids: Collection[str], problems: list[Problem], *, named: Collection[str] = ()
) -> dict[str, list[str]]:
    """Return the names of the pictures of each post, in order; add a row for each file that belongs to none.

    Args:
        folder: the folder of the pictures.
        ids: the ids of the posts to look for.
        problems: gets the rows.
        named: files that belong to other posts, which name them.

    Raises:
        DataError: the folder cannot be read.
    """
    found: dict[str, list[tuple[int, str]]] = {}
    for path in _files(folder):
        owner, number = _owner(path.stem, ids)
        fault = _fault(path)
        if owner is not None and not fault:
            found.setdefault(owner, []).append((number, path.name))
        elif path.name not in named:
            what = fault or "belongs to no post"
            wanted = "ID.jpg or ID_NUMBER.jpg" if not fault else "a plain name of a file"
            problems.append(
                Problem("warning", "picture-post", str(path), what, wanted, detail="left out")
            )
    return {owner: [name for _, name in sorted(pairs)] for owner, pairs in found.items()}


def _files(folder: Path) -> list[Path]:
    """Return the files of a folder that have the extension of a picture, by name."""
    try:
        return sorted(path for path in folder.iterdir() if path.suffix.lower() in EXTENSIONS)
    except OSError as error:
        raise DataError(
            f"{folder}: {error.strerror}", "give a folder of pictures with --images"
        ) from error


def _owner(stem: str, ids: Collection[str]) -> tuple[str | None, int]:
    """Return the id that a file name gives, and the number after it, -1 if there is none."""
    if stem in ids:
        return stem, -1
    match = _NUMBERED.fullmatch(stem)
    if match and match["id"] in ids:
        return match["id"], int(match["number"])
    return None, -1


def _fault(path: Path) -> str:
    if is_special(path):
        return "a link, a pipe or a device"
    return "" if is_base_name(path.name) else f"{path.name!a}"
