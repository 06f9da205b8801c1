"""Make a folder of posts whose entity types can be read only from their pictures.

Each post has 2 to 4 ambiguous names in its text and as many pictures; picture t shows the type of name t, and
nothing else determines it. Such posts show that a pipeline carries images, in order, from collection to a
trained model. They are not natural language, and a score on them says nothing about real posts
(docs/explain/made-posts.md). The same arguments make the same files if Pillow is the same.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from ...schema import SPLITS, DataError, Split
from ...schema.files.atomic_write import add_file, open_added, whole_folder
from ...schema.files.given_file import read_whole
from ...schema.progress import OnCount, ignore_count
from .post import MadePost, posts

POSTS: Final = "posts.jsonl"
MEDIA: Final = "media"
URLS: Final = "urls.txt"
SPANS: Final = "spans.jsonl"
SPLIT_IDS: Final = "splits.json"
_RECIPE: Final = "made.json"


@dataclass(frozen=True, slots=True)
class _Recipe:
    """What a folder is made from.

    version: increases when the same numbers give other posts or pictures.
    """

    train: int
    dev: int
    test: int
    seed: int
    version: int = 2


def make_posts(
    folder: Path,
    *,
    train: int,
    dev: int,
    test: int,
    seed: int,
    on_post: OnCount = ignore_count,
) -> None:
    """Make a folder of posts.

    It contains posts.jsonl (X's answers as twarc stores them), their pictures in media/, urls.txt,
    spans.jsonl (the true spans, as `mnerctl label import` reads them) and splits.json. It is made under a
    hidden name and renamed when it is complete. A folder that was made from the same arguments is left as
    it is.

    Args:
        train, dev, test: number of posts of each split.
        on_post: called with (posts made, posts in all).

    Raises:
        DataError: another folder has this name, or the folder cannot be written.
    """
    recipe = _Recipe(train, dev, test, seed)
    if folder.exists():
        _check_same(folder, recipe)
        return
    with whole_folder(folder) as partial:
        _write(partial, recipe, on_post)


def _check_same(folder: Path, recipe: _Recipe) -> None:
    try:
        found = read_whole(folder / _RECIPE).decode("utf-8", "replace")
    except OSError:
        found = "something else"
    if found != _json_line(asdict(recipe)):
        raise DataError(
            f"{folder}: exists already; it was made from {found.strip()}, wanted {asdict(recipe)}",
            f"rm -r {folder}    # or name another folder",
        )


def _write(folder: Path, recipe: _Recipe, on_post: OnCount) -> None:
    counts: dict[Split, int] = {"train": recipe.train, "dev": recipe.dev, "test": recipe.test}
    ids: dict[Split, list[str]] = {split: [] for split in SPLITS}
    (folder / MEDIA).mkdir()
    with (
        open_added(folder / POSTS) as answers,
        open_added(folder / SPANS) as truths,
        open_added(folder / URLS) as urls,
    ):
        for split in SPLITS:
            for post in posts(split, counts[split], recipe.seed):
                ids[split].append(post.id)
                answers.write(_json_line(post.answer))
                truths.write(_json_line(post.truth))
                urls.write(f"{post.url}\n")
                _write_pictures(folder / MEDIA, post)
                on_post(sum(map(len, ids.values())), sum(counts.values()))
    add_file(folder / SPLIT_IDS, _json_line(ids))
    add_file(folder / _RECIPE, _json_line(asdict(recipe)))


def _write_pictures(folder: Path, post: MadePost) -> None:
    for name, content in post.pictures.items():
        add_file(folder / name, content)


def _json_line(value: object) -> str:
    return json.dumps(value, ensure_ascii=False) + "\n"
