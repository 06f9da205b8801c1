"""Remove posts from what was made of a release: galleries, predictions, and pages with example posts.

`release gallery` made the gallery, so its data format is known and every trace of a post is removed. Other
folders are searched: each line of a `*.jsonl` file that belongs to a post is removed, and each `<article>`
of an `*.html` file that names one. A file that still names a post afterwards is left as it is and reported.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from contextlib import nullcontext
from pathlib import Path
from typing import Any, Final, NamedTuple

from ...schema import DataError
from ...schema.files.atomic_write import write_file
from ...schema.files.given_file import read_whole
from ...schema.files.json_text import NotJson, parse_json
from ...schema.files.leftovers import is_temporary
from ...schema.files.links import links_below, refuse_links
from ...schema.files.lock import folder_lock
from ...schema.post_url import belongs_to
from ..gallery.gallery import INDEX, chunk_name, chunk_numbers, data_script, read_data_script

_THUMBNAIL: Final = re.compile(r"images/\d{4}/\d{2}_\d{1,3}\.jpg", re.ASCII)
_ARTICLE: Final = re.compile(r"<article\b.*?</article>\s*", re.DOTALL)
_TEXT_SUFFIXES: Final = frozenset(
    (".html", ".json", ".jsonl", ".md", ".csv", ".tsv", ".txt", ".conll", ".js", ".log")
)
_NUMBERED: Final = re.compile(r"_\d+\.\w+$", re.ASCII)


class ReportsResult(NamedTuple):
    """What was removed from a folder of reports.

    Attributes:
        lines: number of lines removed from `*.jsonl` files.
        examples: number of example posts removed from `*.html` pages.
        still_named: files that still name one of the posts.
    """

    lines: int
    examples: int
    still_named: tuple[Path, ...]


def withdraw_from_gallery(folder: Path, ids: Collection[str], *, dry_run: bool = False) -> int:
    """Remove posts and their thumbnails from a gallery and return how many posts it had.

    If the process is killed in the middle, the next call finishes the work.

    Raises:
        DataError: the folder is no gallery, or it has a link.
    """
    refuse_links(folder, links_below(folder))
    with nullcontext() if dry_run else folder_lock(folder):
        return _withdraw_from_gallery(folder, ids, dry_run=dry_run)


def _withdraw_from_gallery(folder: Path, ids: Collection[str], *, dry_run: bool) -> int:
    try:
        head, index = read_data_script(folder / INDEX)
        chunks = [_read_chunk(folder / chunk_name(n)) for n in chunk_numbers(index)]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DataError(
            f"{folder}: not a gallery that mnerctl made: {error}",
            "give the folder that mnerctl release gallery wrote",
        ) from error
    removed = 0
    for number, (call, posts) in enumerate(chunks):
        places = [
            place
            for place, post in enumerate(posts)
            if post and belongs_to(post["id"], post["url"], ids)
        ]
        removed += len(places)
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
    return removed


def _read_chunk(path: Path) -> tuple[str, list[Any]]:
    """Return the call and the posts of a script file.

    Raises:
        ValueError: it is no list of posts as a gallery has them.
    """
    call, posts = read_data_script(path)
    for post in posts:
        is_post = isinstance(post, dict) and all(
            isinstance(post[key], str) for key in ("id", "url")
        )
        if post is not None and not (
            is_post and all(isinstance(one, dict) for one in post["pictures"])
        ):
            raise ValueError(f"{path.name} has something else than posts")
    return call, posts


def _rewrite(path: Path, head: str, data: object) -> None:
    write_file(path, data_script(head, data))


def withdraw_from_reports(
    folder: Path, ids: Collection[str], *, dry_run: bool = False
) -> ReportsResult:
    """Remove posts from all text files below a folder.

    Raises:
        DataError: the folder does not exist, or it has a link.
    """
    if not folder.is_dir():
        raise DataError(f"{folder}: no such folder", f"ls {folder.parent}")
    refuse_links(folder, links_below(folder))
    with nullcontext() if dry_run else folder_lock(folder):
        return _withdraw_from_reports(folder, ids, dry_run=dry_run)


def _withdraw_from_reports(folder: Path, ids: Collection[str], *, dry_run: bool) -> ReportsResult:
    # an id as a whole word: 12 is not part of 123; without ids, nothing matches
    names_post = re.compile(
        rf"(?<![\w-])(?:{'|'.join(map(re.escape, sorted(ids)))})(?![\w-])" if ids else r"(?!)"
    )
    lines = examples = 0
    still_named = []
    for path in sorted(folder.rglob("*")):
        if not path.is_file():
            continue
        if (name := _NUMBERED.sub("", path.name)) != path.name and name in ids:
            still_named.append(path)  # a picture that an export has under the id of its record
        if path.suffix == ".parquet" and ids and names_post.search(_ids_in_parquet(path, ids)):
            still_named.append(path)
        if path.suffix not in _TEXT_SUFFIXES:
            continue
        if is_temporary(path.relative_to(folder)):
            continue  # a running command writes there; leftovers of killed ones were removed before
        text = read_whole(path).decode("utf-8", "surrogateescape")
        if not names_post.search(text):
            continue
        remaining, count = _without_lines(text, ids) if path.suffix == ".jsonl" else (text, 0)
        lines += count
        if path.suffix == ".html":
            remaining, count = _without_examples(text, names_post)
            examples += count
        if remaining != text and not dry_run:
            write_file(path, remaining.encode("utf-8", "surrogateescape"))
        if names_post.search(remaining):
            still_named.append(path)
    return ReportsResult(lines, examples, tuple(still_named))


def _ids_in_parquet(path: Path, ids: Collection[str]) -> str:
    """Return the ids and URLs in a Parquet file; `ids` if it cannot be read, so that it is reported."""
    try:
        from pyarrow import ArrowException, parquet
    except ImportError:
        return " ".join(ids)
    try:
        schema = parquet.read_schema(path)
        columns = [name for name in ("id", "post_id", "url") if name in schema.names]
        table = parquet.read_table(path, columns=columns)
    except (OSError, ArrowException):
        return " ".join(ids)
    return "\n".join(str(value) for name in columns for value in table[name].to_pylist())


def _without_lines(text: str, ids: Collection[str]) -> tuple[str, int]:
    """Return JSON lines without those of the posts, and how many were removed."""
    kept = []
    lines = text.split("\n")
    for line in lines:
        try:
            document = parse_json(line)
        except NotJson:
            document = None
        if not (isinstance(document, dict) and _line_belongs_to(document, ids)):
            kept.append(line)
    return "\n".join(kept), len(lines) - len(kept)


def _line_belongs_to(line: dict[str, object], ids: Collection[str]) -> bool:
    url = str(line.get("url"))
    return any(belongs_to(str(line.get(key)), url, ids) for key in ("id", "post_id"))


def _without_examples(page: str, names_post: re.Pattern[str]) -> tuple[str, int]:
    """Return a page without the articles that name a post, and how many were removed."""
    removed = 0

    def keep(article: re.Match[str]) -> str:
        nonlocal removed
        if not names_post.search(article[0]):
            return article[0]
        removed += 1
        return ""

    kept = _ARTICLE.sub(keep, page)
    return kept, removed
