"""The pictures of a release as inputs of a model: cached vectors of a frozen encoder, or pixels.

A vector is computed once for all runs and releases (`vector_cache.py`). A picture that is missing or
cannot be decoded gets no row. It is masked, and never replaced by another picture.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

import numpy as np
import torch
from torch import Tensor

from ...schema import Problem, Record, Release
from ...schema.picture import PictureFault, decoded, read_picture
from ...schema.progress import OnCount
from .image_encoder import ImageEncoder
from .picture_cache import cache_folder
from .vector_cache import VectorCache, masked_picture

BATCH: Final = 64


class Pictures(Protocol):
    """Pictures by row number, for a collator.

    Attributes:
        argument: the argument of the model's forward that takes them.
        rows: image name to row number.
    """

    @property
    def argument(self) -> str: ...

    @property
    def rows(self) -> dict[str, int]: ...

    def __getitem__(self, row: int) -> Tensor: ...


@dataclass(frozen=True)
class Vectors:
    """Vectors of a frozen encoder.

    Attributes:
        matrix: (pictures, width) float16.
        rows: image name to row number.
    """

    matrix: Tensor
    rows: dict[str, int]
    argument: str = "image_features"

    def __getitem__(self, row: int) -> Tensor:
        return self.matrix[row].float()


@dataclass(frozen=True)
class Pixels:
    """Pictures as pixels, (3, size, size) each, for an encoder that is trained; read on each access.

    Attributes:
        paths: the file of each row.
        encoder: prepares the pixels.
        rows: image name to row number.
    """

    paths: Sequence[Path]
    encoder: ImageEncoder
    rows: dict[str, int]
    argument: str = "pixel_values"

    def __getitem__(self, row: int) -> Tensor:
        with decoded(read_picture(self.paths[row])) as picture:
            return self.encoder.pixels(picture)


def picture_rows(records: Sequence[Record], pictures: Pictures) -> list[list[int | None]]:
    """Return the row numbers of each record's pictures, None for a masked one.

    Masked pictures at the end of a record are left out.
    """
    found = []
    for record in records:
        rows = [pictures.rows.get(name) for name in record.images]
        while rows and rows[-1] is None:
            rows.pop()
        found.append(rows)
    return found


def read_pictures(
    release: Release, encoder: ImageEncoder, *, trained: bool, on_count: OnCount
) -> tuple[Pictures, list[Problem]]:
    """Return all pictures of a release that can be read, and a problem for each that cannot.

    Args:
        release: its records name the pictures.
        encoder: the image encoder.
        trained: True returns pixels, for an encoder that is part of the model; False returns
            vectors of the frozen encoder.
        on_count: called with (pictures read, all pictures).
    """
    names = list(dict.fromkeys(name for record in release.records() for name in record.images))
    paths = {name: release.image_path(name) for name in names}
    return (_pixels if trained else _vectors)(paths, encoder, on_count)


def _pixels(
    paths: Mapping[str, Path], encoder: ImageEncoder, on_count: OnCount
) -> tuple[Pictures, list[Problem]]:
    good: list[Path] = []
    rows: dict[str, int] = {}
    problems: list[Problem] = []
    for done, (name, path) in enumerate(paths.items(), start=1):
        try:
            with decoded(read_picture(path)):
                pass
        except (PictureFault, OSError) as error:
            problems.append(masked_picture(path, error))
        else:
            rows[name] = len(good)
            good.append(path)
        on_count(done, len(paths))
    return Pixels(good, encoder, rows), problems


def _vectors(
    paths: Mapping[str, Path], encoder: ImageEncoder, on_count: OnCount
) -> tuple[Pictures, list[Problem]]:
    vectors: list[bytes] = []
    rows: dict[str, int] = {}
    problems: list[Problem] = []
    names = list(paths)
    with (
        closing(VectorCache(cache_folder(), encoder)) as cache,
        ThreadPoolExecutor(max_workers=2) as pool,
    ):
        for start in range(0, len(names), BATCH):
            part = names[start : start + BATCH]
            for name, got in zip(part, cache.vectors([paths[n] for n in part], pool), strict=True):
                if isinstance(got, Problem):
                    problems.append(got)
                else:
                    rows[name] = len(vectors)
                    vectors.append(got)
            on_count(start + len(part), len(names))
    matrix = np.frombuffer(b"".join(vectors), dtype=np.float16).reshape(-1, encoder.width)
    return Vectors(torch.from_numpy(matrix.copy()), rows), problems
