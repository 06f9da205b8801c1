"""What can be tagged: posts of a corpus, records of a release, or posts that a user gives. Loads no torch.

The posts are read as records without labels, with their tokens and their images in order. Posts without a
word are left out and counted.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ...schema import Corpus, DataError, Image, Post, Record, Release, UsageError, image_name
from ...schema.corpus.stored import DATABASE
from ...schema.labels import OUTSIDE
from ...schema.problem import errors_in
from ...schema.progress import OnCount
from ...schema.release.manifest import MANIFEST
from ...schema.release.unchanged import removed_since
from ...schema.removed_posts import RemovedPosts
from ...schema.tokens import tokenize
from .given_posts import GivenPosts, read_posts
from .predictions_file import Unit

PUBLISHED: Final = ("MNER-MI_", "MNER-UNI_")
"""Beginnings of the names of files that are read as a published corpus."""


@dataclass(frozen=True)
class Source:
    """What to tag.

    Attributes:
        release: the records; a corpus becomes a release with one split.
        unit: what start and end of the predictions count.
        without_words: posts that have no word and are not among the records.
        is_given: whether a user gives the posts; their lines then have the text and its tokens too.
    """

    release: Release
    unit: Unit
    without_words: int = 0
    is_given: bool = False

    @property
    def item(self) -> str:
        """The word for one of them in messages: post or record."""
        return "post" if self.unit == "code_points" else "record"

    @contextmanager
    def removed_since(self) -> Iterator[RemovedPosts]:
        """Yield the posts that were removed since they were read; inside the block no other can be.

        Posts that a user gives are the user's own.
        """
        if self.is_given:
            yield RemovedPosts(self.release.folder)
            return
        if self.unit == "tokens":
            with removed_since(self.release) as removed:
                yield removed
            return
        ids = [record.id for record in self.release.records()]
        with Corpus.open(self.release.folder) as corpus, corpus.removed_of(ids) as removed:
            yield removed


def read_source(path: Path, *, images: Path | None = None, on_file: OnCount) -> Source:
    """Read the corpus at `path`, or a release if there is no corpus; a file has text or JSON lines.

    Args:
        path: a folder, a file of a published corpus, or a file of posts.
        images: folder of the pictures of a file of posts.
        on_file: called after each file of a release.

    Raises:
        DataError: there is none of them.
        UsageError: `images` is given for a corpus or a release.
    """
    if path.is_file() and not path.name.startswith(PUBLISHED):
        return given_source(read_posts(path, images), str(path))
    if images is not None and path.exists():
        raise UsageError(
            f"--images {images}: {path} has its own pictures",
            "leave out --images, or give a file of posts",
        )
    if not (path / DATABASE).is_file():
        return Source(_release(path, on_file), "tokens")
    with Corpus.open(path) as corpus:
        posts = list(corpus.kept_posts())
        files = {
            name: _file(corpus, post, image)
            for post in posts
            for name, image in zip(_names(post), post.images, strict=True)
        }
    records = tuple(record for post in posts if (record := _record(post)))
    release = Release(path.resolve().name, path, {"test": records}, files.__getitem__)
    return Source(release, "code_points", len(posts) - len(records))


def given_source(given: GivenPosts, what: str) -> Source:
    """Return posts that a user gives as what to tag.

    Raises:
        DataError: there is none.
    """
    if not any(given.release.records()):
        wrong = {one.where for one in errors_in(given.release.problems)}
        found = f"{len(wrong)} lines that cannot be read" if wrong else "no post with a word"
        raise DataError(
            f"{what}: {found}; wanted posts, one per line",
            "write one text per line, or JSON lines such as"
            ' {"id": "1", "text": "Ada in Rome", "images": ["1.jpg"]}',
            problems=given.release.problems,
        )
    return Source(given.release, "code_points", given.without_words, is_given=True)


def _release(path: Path, on_file: OnCount) -> Release:
    try:
        return Release.load(path, on_file=on_file)
    except DataError as error:
        if not error.message.startswith(f"{path}: no release"):
            raise
        raise DataError(
            f"{path}: neither a corpus ({DATABASE}) nor a release ({MANIFEST}, text/MNER-MI_*.txt,"
            " train.txt)",
            error.hint,
        ) from error


def _record(post: Post) -> Record | None:
    """Return the post as a record without labels; None if it has no token."""
    tokens = tokenize(post.text)
    if not tokens:
        return None
    return Record(
        id=post.id,
        text=tuple(token.text for token in tokens),
        images=tuple(_names(post)),
        label=(OUTSIDE,) * len(tokens),
        url=post.url,
        raw=post.text,
        offsets=tuple((token.start, token.end) for token in tokens),
    )


def _names(post: Post) -> list[str]:
    """Return the names that the images have in a release; without an extension if the pixels are missing."""
    return [
        image_name(post.id, image.position, image.extension)
        if image.media_type
        else f"{post.id}_{image.position}"
        for image in post.images
    ]


def _file(corpus: Corpus, post: Post, image: Image) -> Path:
    """Return the path of the image's bytes, or a path without a file if there are none."""
    if image.sha256 and image.media_type:
        return corpus.stored_image(image.sha256, image.extension)
    return corpus.folder / "images" / f"{post.id}_{image.position}"
