"""Tag the posts of a corpus, or the records of a release, with a trained system.

The kept posts of a corpus are read as records without labels, with their tokens and their images in order.
A picture that cannot be used is masked and reported. Posts without a word are left out and counted. The
predictions are written without the posts that were removed meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from ...schema import Corpus, DataError, Image, Post, Problem, Record, Release, image_name
from ...schema.corpus.stored import DATABASE
from ...schema.labels import OUTSIDE
from ...schema.progress import OnCount
from ...schema.release.manifest import MANIFEST
from ...schema.release.unchanged import removed_since
from ...schema.removed_posts import RemovedPosts
from ...schema.tokens import tokenize
from ..inputs.picture_features import read_pictures
from ..systems.saved_model import SavedModel
from .image_weights import image_weights
from .predictions_file import Unit, prediction_line, write_lines
from .tag import tag


@dataclass(frozen=True)
class Source:
    """What to tag.

    Attributes:
        release: the records; a corpus becomes a release with one split.
        unit: what start and end of the predictions count.
        without_words: posts of the corpus that have no word and are not among the records.
    """

    release: Release
    unit: Unit
    without_words: int = 0

    @property
    def item(self) -> str:
        """The word for one of them in messages: post or record."""
        return "post" if self.unit == "code_points" else "record"

    @contextmanager
    def removed_since(self) -> Iterator[RemovedPosts]:
        """Yield the posts that were removed since they were read; inside the block no other can be."""
        if self.unit == "tokens":
            with removed_since(self.release) as removed:
                yield removed
            return
        ids = [record.id for record in self.release.records()]
        with Corpus.open(self.release.folder) as corpus, corpus.removed_of(ids) as removed:
            yield removed


@dataclass(frozen=True)
class Predictions:
    """What was predicted.

    Attributes:
        lines: one line per record, in order.
        images_named: different images that the records name; 0 for a system that reads text only.
        images_masked: images of those that cannot be used.
    """

    lines: list[dict[str, Any]]
    images_named: int
    images_masked: int


def read_source(path: Path, *, on_file: OnCount) -> Source:
    """Read the corpus at `path`, or a release if there is no corpus.

    Raises:
        DataError: there is neither.
    """
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


def predict(
    saved: SavedModel,
    source: Source,
    *,
    on_picture: OnCount,
    on_record: OnCount,
    on_problems: Callable[[list[Problem]], None],
) -> Predictions:
    """Read the pictures, load the weights and tag.

    Raises:
        DataError: the model cannot be loaded.
    """
    device = "cuda" if torch.cuda.is_available() else "cpu"
    records = list(source.release.records())
    encoder = saved.image_encoder()
    pictures, masked = None, 0
    if encoder is not None:
        encoder.model.to(device)
        trained = saved.preset.train_image_encoder
        pictures, problems = read_pictures(
            source.release, encoder, trained=trained, on_count=on_picture
        )
        on_problems(problems)
        masked = len(problems)
    built = saved.load(pictures)
    model: torch.nn.Module = built.model
    model.to(device).eval()
    found = tag(built, records, on_count=on_record)
    weights = image_weights(built, records)
    named = {name for record in records for name in record.images} if encoder else set()
    lines = [
        prediction_line(record, spans, unit=source.unit, weights=of_images)
        for record, spans, of_images in zip(records, found, weights, strict=True)
    ]
    return Predictions(lines, len(named), masked)


def write_predictions(out: Path, source: Source, found: Predictions) -> RemovedPosts:
    """Write the file, without the posts that were removed since they were read; these are returned.

    Raises:
        DataError: the file cannot be written.
    """
    with source.removed_since() as removed:
        pairs = zip(source.release.records(), found.lines, strict=True)
        write_lines(out, (line for record, line in pairs if not removed.has(record)))
    return removed


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
