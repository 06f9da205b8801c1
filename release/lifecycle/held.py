"""Find releases, galleries and exports that still have removed posts, so that `comply` can name them.

Only the folders that the user named are changed. This module looks at the folders beside them and reads,
without following links.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final, Literal, NamedTuple

from ...schema import SPLITS, DataError
from ...schema.files.given_file import bounded_lines, open_given
from ...schema.files.json_text import NotJson, parse_json
from ...schema.files.links import links_below, links_in
from ...schema.post_url import belongs_to
from ...schema.release.export_record import RECORD, read_export_record
from ...schema.release.manifest import IMAGES, MANIFEST
from ..gallery.gallery import INDEX, chunk_name, chunk_numbers, read_data_script

RELEASES: Final = "releases"


class Held(NamedTuple):
    """A folder that has removed posts.

    Attributes:
        folder: the folder.
        kind: what it is.
        posts: number of removed posts in it.
    """

    folder: Path
    kind: Literal["release", "gallery", "export"]
    posts: int


def still_held(places: Iterable[Path], ids: Collection[str]) -> list[Held]:
    """Return what has the posts: releases, galleries and exports in these folders and in `releases/` of them.

    A folder that cannot be read as one of these, made by mnerctl, is passed over.
    """
    found = []
    for folder in _folders(places) if ids else ():
        held: tuple[Held, ...] = (
            Held(folder, "release", _in_release(folder, ids)),
            Held(folder, "gallery", _in_gallery(folder, ids)),
            Held(folder, "export", _in_export(folder, ids)),
        )
        found += [one for one in held if one.posts]
    return found


def _folders(places: Iterable[Path]) -> list[Path]:
    """Return the folders in these places, each once, however it is spelled."""
    folders: dict[Path, Path] = {}
    for place in dict.fromkeys(places):
        for pattern in ("*", f"{RELEASES}/*"):
            for path in sorted(place.glob(pattern)):
                if not path.is_symlink() and not path.parent.is_symlink() and path.is_dir():
                    folders.setdefault(path.resolve(), path)
    return list(folders.values())


def _in_release(folder: Path, ids: Collection[str]) -> int:
    if not (folder / MANIFEST).is_file() or links_in(folder, IMAGES):
        return 0
    return sum(
        belongs_to(str(line.get("id")), str(line.get("url")), ids)
        for split in SPLITS
        for line in _lines(folder / f"{split}.jsonl")
    )


def _lines(path: Path) -> Iterator[dict[str, object]]:
    try:
        with open_given(path) as file:
            for _, line in bounded_lines(file):
                with suppress(NotJson):
                    document = parse_json(line or b"null")
                    if isinstance(document, dict):
                        yield document
    except OSError:
        return


def _in_export(folder: Path, ids: Collection[str]) -> int:
    if not (folder / RECORD).is_file() or links_in(folder):
        return 0
    try:
        return read_export_record(folder).count(ids)
    except DataError:
        return 0


def _in_gallery(folder: Path, ids: Collection[str]) -> int:
    if not (folder / INDEX).is_file() or links_below(folder):
        return 0
    try:
        _, index = read_data_script(folder / INDEX)
        posts = [
            post
            for n in chunk_numbers(index)
            for post in read_data_script(folder / chunk_name(n))[1]
            if post
        ]
        return sum(belongs_to(post["id"], post["url"], ids) for post in posts)
    except (OSError, ValueError, LookupError, TypeError):
        return 0
