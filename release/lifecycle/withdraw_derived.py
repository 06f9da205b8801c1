"""Takes posts out of what was made from them: galleries, predictions, and pages with examples of posts.

A gallery is ours, so all of a post leaves it. In other folders a post's lines go from `*.jsonl`, and from
`*.html` each `<article>` that names it; a file that still names it afterwards is told of, not changed.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Collection
from pathlib import Path
from typing import Final, NamedTuple

from ...schema import DataError
from ..gallery.gallery import INDEX, chunk_name, read_call, write_call
from .withdraw import is_of

_THUMBNAIL: Final = re.compile(r"images/\d{4}/\d{2}_\d{1,3}\.jpg", re.ASCII)
_ARTICLE: Final = re.compile(r"<article\b.*?</article>\s*", re.DOTALL)
_TEXTS: Final = frozenset((".html", ".json", ".jsonl", ".md", ".csv", ".tsv", ".txt", ".conll"))


class FromReports(NamedTuple):
    """lines: of JSON-lines files that went. examples: of pages. still: files that name a post yet."""

    lines: int
    examples: int
    still: tuple[Path, ...]


def withdraw_from_gallery(folder: Path, ids: Collection[str], *, dry_run: bool = False) -> int:
    """Takes posts out of a gallery, with their thumbnails; how many that were.

    Raises DataError where it is no gallery. Killed in the middle, the next call finishes.
    """
    try:
        head, index = read_call(folder / INDEX)
        chunks = range(-(-len(index["posts"]) // index["chunk"]))
        read = [read_call(folder / chunk_name(number)) for number in chunks]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DataError(
            f"{folder}: no gallery that mnerctl made: {error}",
            "give the folder that mnerctl release gallery wrote",
        ) from error
    gone = 0
    for number, (call, posts) in enumerate(read):
        places = [
            place
            for place, post in enumerate(posts)
            if post and is_of(post["id"], post["url"], ids)
        ]
        gone += len(places)
        if dry_run:
            continue
        for place in places:
            for picture in posts[place]["pictures"]:
                if _THUMBNAIL.fullmatch(picture.get("source", "")):
                    (folder / picture["source"]).unlink(missing_ok=True)
            posts[place] = None
        if places:
            _rewrite(folder / chunk_name(number), call, posts)
        for place, post in enumerate(posts):
            if post is None:
                index["posts"][number * index["chunk"] + place] = None
    if not dry_run:
        _rewrite(folder / INDEX, head, index)
    return gone


def _rewrite(path: Path, head: str, data: object) -> None:
    partial = path.with_name(f".{path.name}.partial")
    write_call(partial, head, data)
    os.replace(partial, path)


def withdraw_from_reports(
    folder: Path, ids: Collection[str], *, dry_run: bool = False
) -> FromReports:
    """Takes posts out of all files below a folder. Raises DataError where there is no folder."""
    if not folder.is_dir():
        raise DataError(f"{folder}: no such folder", f"ls {folder.parent}")
    named = re.compile(
        rf"(?<![\w-])(?:{'|'.join(map(re.escape, sorted(ids)))})(?![\w-])" if ids else r"(?!)"
    )
    lines = examples = 0
    still = []
    for path in sorted(folder.rglob("*")):
        if path.suffix not in _TEXTS or path.is_symlink() or not path.is_file():
            continue
        text = path.read_bytes().decode("utf-8", "surrogateescape")
        if not named.search(text):
            continue
        rest, count = _without_lines(text, ids) if path.suffix == ".jsonl" else (text, 0)
        lines += count
        if path.suffix == ".html":
            kept = _ARTICLE.sub(lambda found: "" if named.search(found[0]) else found[0], text)
            examples += len(_ARTICLE.findall(text)) - len(_ARTICLE.findall(kept))
            rest = kept
        if rest != text and not dry_run:
            partial = path.with_name(f".{path.name}.partial")
            partial.write_bytes(rest.encode("utf-8", "surrogateescape"))
            os.replace(partial, path)
        if named.search(rest):
            still.append(path)
    return FromReports(lines, examples, tuple(still))


def _without_lines(text: str, ids: Collection[str]) -> tuple[str, int]:
    kept = []
    lines = text.split("\n")
    for line in lines:
        try:
            told = json.loads(line)
        except ValueError:
            told = None
        names = [told.get(key) for key in ("id", "post_id")] if isinstance(told, dict) else []
        url = told.get("url") if isinstance(told, dict) else None
        if not any(is_of(str(name), str(url), ids) for name in names):
            kept.append(line)
    return "\n".join(kept), len(lines) - len(kept)
