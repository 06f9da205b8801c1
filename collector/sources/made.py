"""The source `made`: posts that a program writes and draws, for trials.

The posts are made once, in the folder `made` of the corpus, and then read like an archive.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from ...schema import UsageError
from ...schema.progress import OnCount
from ..made import make_posts
from ..source import Source, SourceKind, SourceOptions
from .archive import open_archive

POSTS: Final = 200
SEED: Final = 1


def _input_files(options: SourceOptions, on_count: OnCount) -> list[Path]:
    """Make the posts if their folder does not exist yet: 70 % train, 10 % dev, 20 % test.

    Raises:
        UsageError: they would have to be made in a dry run.
    """
    folder = _folder(options)
    if not folder.exists() and options.dry_run:
        raise UsageError(
            "--source made draws its posts before it can count them; a dry run draws nothing",
            f"mnerctl fetch --source made --corpus {options.corpus}    # it asks nobody and costs nothing",
        )
    if not folder.exists():
        posts = options.max_posts or POSTS
        dev, test = posts // 10, posts // 5
        train = posts - dev - test
        make_posts(folder, train=train, dev=dev, test=test, seed=SEED, on_post=on_count)
    return [folder / "urls.txt"]


def _open(options: SourceOptions) -> Source:
    return open_archive(_folder(options) / "posts.jsonl", on_problem=options.on_problem)


def _folder(options: SourceOptions) -> Path:
    return options.corpus / "made"


SOURCE: Final = SourceKind(open=_open, input_files=_input_files)
