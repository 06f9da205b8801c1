"""A trained system in memory, which tags texts that other code gives it, one call after the other."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from ...schema import DataError, Record, Release
from ...schema.labels import OUTSIDE
from ...schema.progress import ignore_count
from ...schema.tokens import tokenize
from ..inputs.picture_features import Pictures, Vectors, read_pictures
from ..systems.saved_model import SavedModel
from .predictions_file import Unit, span_fields
from .scored_span import ScoredSpan
from .tag import tag

Post = str | Sequence[str] | Record


class LoadedModel:
    """A trained system with its weights, on the GPU if there is one."""

    def __init__(self, folder: Path) -> None:
        """Load the report folder of a training, or its `model` folder. No code of the folder runs.

        Raises:
            DataError: there is no trained system, or its files are damaged.
        """
        saved = SavedModel(folder)
        device = "cuda" if torch.cuda.is_available() else "cpu"
        self._encoder = saved.image_encoder()
        if self._encoder is not None:
            self._encoder.model.to(device)
        self._trained = saved.preset.train_image_encoder
        self._shown = _Shown()
        self._built = saved.load(None if self._encoder is None else self._shown)
        model: torch.nn.Module = self._built.model
        model.to(device).eval()

    def predict(
        self, posts: Sequence[Post], images: Sequence[Sequence[str | Path]] = ()
    ) -> list[list[dict[str, Any]]]:
        """Return the entities of each post.

        Args:
            posts: texts, lists of tokens, or records. A text is split into tokens by the tokenizer of
                corpora.
            images: the picture files of each post, in order; left out if no post has any. The image names
                in records are not used.

        Returns:
            A list for each post of `{"start", "end", "type", "score", "text"}`. Start and end count code
            points of a text, and tokens otherwise; `score` is a probability, 0 to 1.

        Raises:
            DataError: there is not one list of images for each post, or a picture cannot be used.
        """
        if images and len(images) != len(posts):
            raise DataError(
                f"{len(images)} lists of images for {len(posts)} posts",
                "give one list for each post, empty for a post without pictures",
            )
        shown = [[Path(path) for path in paths] for paths in images] or [[] for _ in posts]
        read = [_record(number, post, len(shown[number])) for number, post in enumerate(posts)]
        records = [record for record in read if record is not None]
        self._show(records, shown)
        found = iter(tag(self._built, records))
        return [
            [] if record is None else _entities(post, record, next(found))
            for post, record in zip(posts, read, strict=True)
        ]

    def _show(self, records: Sequence[Record], shown: Sequence[Sequence[Path]]) -> None:
        """Read the pictures of these records for the next batches."""
        if self._encoder is None:
            return
        paths = {_name(i, j): path for i, row in enumerate(shown) for j, path in enumerate(row)}
        release = Release("posts", Path(), {"test": tuple(records)}, paths.__getitem__)
        self._shown.pictures, problems = read_pictures(
            release, self._encoder, trained=self._trained, on_count=ignore_count
        )
        if problems:
            raise DataError(
                f"{problems[0].where}: {problems[0].found}; wanted {problems[0].wanted}",
                "leave out pictures that cannot be used",
            )


class _Shown:
    """The pictures of the call that runs, in the place of the pictures of a release."""

    def __init__(self) -> None:
        self.pictures: Pictures = Vectors(torch.zeros(0, 0), {})

    @property
    def argument(self) -> str:
        return self.pictures.argument

    @property
    def rows(self) -> dict[str, int]:
        return self.pictures.rows

    def read(self, rows: Sequence[int]) -> Tensor:
        return self.pictures.read(rows)


def _name(post: int, position: int) -> str:
    return f"{post}_{position}"


def _record(number: int, post: Post, images: int) -> Record | None:
    """Return a post as a record without labels; None if it has no token."""
    raw, offsets = None, None
    if isinstance(post, str):
        tokens = tokenize(post)
        raw, offsets = post, tuple((token.start, token.end) for token in tokens)
        text = tuple(token.text for token in tokens)
    else:
        text = post.text if isinstance(post, Record) else tuple(post)
    if not text:
        return None
    return Record(
        id=str(number),
        text=text,
        images=tuple(_name(number, position) for position in range(images)),
        label=(OUTSIDE,) * len(text),
        raw=raw,
        offsets=offsets,
    )


def _entities(post: Post, record: Record, found: Sequence[ScoredSpan]) -> list[dict[str, Any]]:
    unit: Unit = "code_points" if isinstance(post, str) else "tokens"
    return [span_fields(record, one.span, unit, score=one.score) for one in found]
