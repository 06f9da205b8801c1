"""`release gallery`: a release as a folder of pages to look at, without a server and without a network.

The page is one, and takes posts in chunks of 100 from script files, for a page that was opened from
disk may read nothing else. Text, alternative texts, names and addresses are hostile: they are written
as data, and only ever become text nodes. What this does not do: show more of a picture than a
thumbnail, or ask the corpus's owner.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.resources import files
from os import cpu_count
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, StrictUndefined

from ...schema import SPLITS, TYPES, DataError, Release
from ...schema.atomic_folder import whole_folder
from ...schema.pages.palette import palette_css
from ...schema.pages.thumbnail import Thumbnail, thumbnail
from ...schema.progress import OnCount, ignore_count
from ..audit.rule import Example, examples_of
from .facts import Facts
from .post import Row, index_row, post_data

CHUNK: Final = 100
SIDE: Final = 400
INDEX: Final = "data/index.js"
_SCRIPTS: Final = ("store.js", "post.js", "gallery.js")


@dataclass(frozen=True, slots=True)
class Gallery:
    """What was written. not_shown: images without a thumbnail. bytes: of all files."""

    folder: Path
    posts: int
    thumbnails: int
    not_shown: int
    bytes: int


def write_gallery(
    release: Release, out: Path, facts: Facts, *, on_post: OnCount = ignore_count
) -> Gallery:
    """The folder appears whole or not at all. The release was read from disk.

    Raises DataError where `out` exists or the disk refuses.
    """
    if out.exists():
        raise DataError(
            f"{out}: exists already; a gallery is never overwritten",
            f"give another --out, or: rm -r {out}",
        )
    examples = examples_of(release)
    rows: list[Row] = []
    rules: dict[str, int] = {}
    shown = not_shown = 0
    with whole_folder(out) as partial, ThreadPoolExecutor(cpu_count()) as pool:
        (partial / "data").mkdir()
        for number, start in enumerate(range(0, len(examples), CHUNK)):
            part = examples[start : start + CHUNK]
            made = list(pool.map(lambda example: _thumbnails(release, example), part))
            posts = []
            for place, (example, thumbnails) in enumerate(zip(part, made, strict=True)):
                sources = [_source(number, place, i) for i in range(len(thumbnails))]
                posts.append(post_data(example, facts, thumbnails, sources))
                rows.append(index_row(example, facts, thumbnails, rules))
                shown += sum(not one.fault for one in thumbnails)
                not_shown += sum(bool(one.fault) for one in thumbnails)
                _write(partial, sources, thumbnails)
            write_data_script(partial / chunk_name(number), f"gallery.posts({number}, ", posts)
            on_post(start + len(part), len(examples))
        write_data_script(partial / INDEX, "gallery.index(", _index(rows, rules, facts))
        _write_page(partial, release)
        size = sum(path.stat().st_size for path in partial.rglob("*") if path.is_file())
    return Gallery(out, len(examples), shown, not_shown, size)


def _thumbnails(release: Release, example: Example) -> list[Thumbnail]:
    return [thumbnail(release.image_path(name), SIDE) for name in example.record.images]


def _source(chunk: int, place: int, position: int) -> str:
    """Numbers alone: nobody's file name becomes one of ours."""
    return f"images/{chunk:04d}/{place:02d}_{position}.jpg"


def chunk_name(number: int) -> str:
    """The file of a chunk of posts, below the gallery's folder."""
    return f"data/posts-{number:04d}.js"


def _write(folder: Path, sources: Sequence[str], thumbnails: Sequence[Thumbnail]) -> None:
    for source, one in zip(sources, thumbnails, strict=True):
        if not one.fault:
            path = folder / source
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(one.content)


def write_data_script(path: Path, head: str, data: object) -> None:
    """A script of one call with data in it: plain ASCII, in which no text can end anything."""
    body = json.dumps(data, ensure_ascii=True, separators=(",", ":"))
    path.write_text(f"{head}{body});\n", encoding="ascii")


def read_data_script(path: Path) -> tuple[str, Any]:
    """(head, data) of such a script; the data are parsed, never run. Raises ValueError where it is none."""
    text = path.read_text(encoding="ascii")
    at = min((place for mark in "[{" if (place := text.find(mark)) >= 0), default=-1)
    if not text.startswith("gallery.") or at < 0 or not text.endswith(");\n"):
        raise ValueError("not a data file of a gallery")
    return text[:at], json.loads(text[at:-3])


def _index(rows: list[Row], rules: dict[str, int], facts: Facts) -> dict[str, Any]:
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
    (folder / "index.html").write_text(page, encoding="utf-8")
    style = palette_css() + package.joinpath("gallery.css").read_text(encoding="utf-8")
    (folder / "gallery.css").write_text(style, encoding="utf-8")
    for name in _SCRIPTS:
        with package.joinpath(name).open("rb") as source, (folder / name).open("wb") as target:
            shutil.copyfileobj(source, target)
