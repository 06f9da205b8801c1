"""Tag what `source.py` has read with a trained system, and write it.

A picture that cannot be used is masked and reported. The predictions are written without the posts that were
removed meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from ...schema import Problem
from ...schema.progress import OnCount, ignore_count
from ...schema.removed_posts import RemovedPosts
from ..inputs.picture_features import read_pictures
from ..systems.saved_model import SavedModel
from .given_posts import posts_of_texts
from .image_weights import image_weights
from .predictions_file import prediction_line, write_lines
from .source import Source, given_source, read_source
from .tag import tag
from .truncated import count_truncated


@dataclass(frozen=True)
class Predictions:
    """What was predicted.

    Attributes:
        lines: one line per record, in order.
        images_named: different images that the records name; 0 for a system that reads text only.
        images_masked: images of those that cannot be used.
        truncated: records whose end the system does not read.
    """

    lines: list[dict[str, Any]]
    images_named: int
    images_masked: int
    truncated: int


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
        prediction_line(
            record, spans, unit=source.unit, weights=of_images, has_text=source.is_given
        )
        for record, spans, of_images in zip(records, found, weights, strict=True)
    ]
    return Predictions(lines, len(named), masked, count_truncated(built.reader, records).posts)


def predict_source(
    model: Path, posts: Path | Sequence[str], *, images: Path | None
) -> list[dict[str, Any]]:
    """Tag a corpus, a release, a file of posts or texts with a saved model; return one line per record.

    Raises:
        DataError: the model or the source cannot be read.
    """
    if isinstance(posts, Path):
        source = read_source(posts, images=images, on_file=ignore_count)
    else:
        source = given_source(posts_of_texts(posts, images), "texts")
    predictions = predict(
        SavedModel(model),
        source,
        on_picture=ignore_count,
        on_record=ignore_count,
        on_problems=lambda problems: None,
    )
    return predictions.lines


def write_predictions(out: Path, source: Source, found: Predictions) -> RemovedPosts:
    """Write the file, without the posts that were removed since they were read; these are returned.

    Raises:
        DataError: the file cannot be written.
    """
    with source.removed_since() as removed:
        pairs = zip(source.release.records(), found.lines, strict=True)
        write_lines(out, (line for record, line in pairs if not removed.has(record)))
    return removed
