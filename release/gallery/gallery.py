"""Write a release as a folder of HTML that a browser opens from disk, without a server or a network.

There is one page. It loads posts from script files of 100 posts each, because a page opened from disk may
not read any other kind of file. Texts, alternative texts, names and URLs are hostile: they are written as
data, and the page turns them into text nodes only. The page shows thumbnails, never the original pictures.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.resources import files
from os import cpu_count
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, StrictUndefined

from ...schema import SPLITS, TYPES, Release
from ...schema.files.atomic_write import add_file, refuse_existing, whole_folder
from ...schema.files.given_file import read_whole
from ...schema.files.json_text import parse_json
from ...schema.pages.palette import palette_css
from ...schema.pages.thumbnail import Thumbnail, thumbnail
from ...schema.progress import OnCount, ignore_count
from ...schema.release.unchanged import none_withdrawn
from ..audit.rule import Example, examples_of
from .facts import Facts
from .post import IndexRow, index_row, post_data

CHUNK: Final = 100
"""Posts per script file."""
THUMBNAIL_SIDE: Final = 400
"""Largest width and height of a thumbnail in pixels."""
INDEX: Final = "data/index.js"
_SCRIPTS: Final = ("store.js", "post.js", "gallery.js")


@dataclass(frozen=True, slots=True)
class Gallery:
    """A gallery that was written.

    Attributes:
        folder: where it is.
        posts: number of posts.
        thumbnails: number of thumbnails written.
        not_shown: number of images without a thumbnail.
        bytes: total size of all files.
    """

    folder: Path
    posts: int
    thumbnails: int
    not_shown: int
    bytes: int


def write_gallery(
    release: Release, out: Path, facts: Facts, *, on_post: OnCount = ignore_count
) -> Gallery:
    """Write the gallery to the folder `out`, complete or not at all.

    Args:
        release: a release that was read from disk.
        out: folder to write; it must not exist.
        facts: what is known of the posts besides the release.
        on_post: called with the number of posts written and their total.

    Raises:
        DataError: `out` exists or cannot be written, or a post was withdrawn meanwhile.
    """
    refuse_existing(out, "a gallery", hint=f"give another --out, or: rm -r {out}")
    examples = examples_of(release)
    rows: list[IndexRow] = []
    rules: dict[str, int] = {}
    shown = not_shown = 0
    only_if = none_withdrawn([release])
    with whole_folder(out, only_if=only_if) as partial, ThreadPoolExecutor(cpu_count()) as pool:
        (partial / "data").mkdir()
        for number, start in enumerate(range(0, len(examples), CHUNK)):
            part = examples[start : start + CHUNK]
            made = list(pool.map(lambda example: _thumbnails(release, example), part))
            posts = []
            for place, (example, thumbnails) in enumerate(zip(part, made, strict=True)):
                paths = [_thumbnail_path(number, place, i) for i in range(len(thumbnails))]
                posts.append(post_data(example, facts, thumbnails, paths))
                rows.append(index_row(example, facts, thumbnails, rules))
                shown += sum(not one.fault for one in thumbnails)
                not_shown += sum(bool(one.fault) for one in thumbnails)
                _write_thumbnails(partial, paths, thumbnails)
            script = data_script(f"gallery.posts({number}, ", posts)
            add_file(partial / chunk_name(number), script)
            on_post(start + len(part), len(examples))
        add_file(partial / INDEX, data_script("gallery.index(", _index(rows, rules, facts)))
        _write_page(partial, release)
        size = sum(path.stat().st_size for path in partial.rglob("*") if path.is_file())
    return Gallery(out, len(examples), shown, not_shown, size)


def _thumbnails(release: Release, example: Example) -> list[Thumbnail]:
    return [thumbnail(release.image_path(name), THUMBNAIL_SIDE) for name in example.record.images]


def _thumbnail_path(chunk: int, place: int, position: int) -> str:
    """Return a path made of numbers, so that no file name of the release is used."""
    return f"images/{chunk:04d}/{place:02d}_{position}.jpg"


def chunk_name(number: int) -> str:
    """Return the path of a script file with posts, relative to the folder of the gallery."""
    return f"data/posts-{number:04d}.js"


def _write_thumbnails(folder: Path, paths: Sequence[str], thumbnails: Sequence[Thumbnail]) -> None:
    for name, one in zip(paths, thumbnails, strict=True):
        if not one.fault:
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            add_file(path, one.content)


def data_script(head: str, data: object) -> str:
    """Return a script that is one function call with JSON data.

    It is plain ASCII with all other characters escaped, so no text can end the string or the script.

    Args:
        head: the call up to the data, such as `gallery.index(`.
        data: what JSON can hold.
    """
    body = json.dumps(data, ensure_ascii=True, separators=(",", ":"))
    return f"{head}{body});\n"


def read_data_script(path: Path) -> tuple[str, Any]:
    """Return (head, data) of a script that `data_script` made, without running it.

    Raises:
        ValueError: the file is no such script.
    """
    text = read_whole(path).decode("ascii")
    at = min((place for mark in "[{" if (place := text.find(mark)) >= 0), default=-1)
    if not text.startswith("gallery.") or at < 0 or not text.endswith(");\n"):
        raise ValueError("not a data file of a gallery")
    return text[:at], parse_json(text[at:-3])


def chunk_numbers(index: dict[str, Any]) -> range:
    """Return the numbers of the script files with posts, of an index that was read.

    Raises:
        ValueError, KeyError: it is no index of a gallery.
    """
    posts, size = index["posts"], index["chunk"]
    if not isinstance(posts, list) or type(size) is not int or size < 1:
        raise ValueError("its index has no posts")
    return range(-(-len(posts) // size))


def _index(rows: list[IndexRow], rules: dict[str, int], facts: Facts) -> dict[str, Any]:
    return {
        "chunk": CHUNK,
        "splits": [split for split in SPLITS if any(row[0] == split for row in rows)],
        "types": TYPES,
        "rules": list(rules),
        "has_corpus": facts.posts is not None,
        "posts": rows,
    }


def _write_page(folder: Path, release: Release) -> None:
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    package = files(__package__)
    template = package.joinpath("gallery.html.jinja").read_text(encoding="utf-8")
    page = environment.from_string(template).render(release=release, manifest=release.manifest)
    add_file(folder / "index.html", page)
    style = palette_css() + package.joinpath("gallery.css").read_text(encoding="utf-8")
    add_file(folder / "gallery.css", style)
    for name in _SCRIPTS:
        add_file(folder / name, package.joinpath(name).read_bytes())
