"""The pictures of a release as inputs of a model: cached vectors of a frozen encoder, or pixels.

A vector is computed once for all runs and releases (`vector_cache.py`), and a picture is decoded and shrunk
once (`pixel_cache.py`). A picture that is missing or cannot be decoded gets no row. It is masked, and never
replaced by another picture.

Threads read the pictures. Pillow lets other threads run while it decodes and resizes, so they use all cores,
and they share one limit of decoded pixels (`schema/pixel_budget.py`).
"""

from __future__ import annotations

import hashlib
import os
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
from .pixel_cache import PixelCache
from .vector_cache import VectorCache, masked_picture

BATCH: Final = 64
MOST_WORKERS: Final = 8


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

    def read(self, rows: Sequence[int]) -> Tensor:
        """Return these pictures in this order, (rows, ...) float32."""
        ...


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

    def read(self, rows: Sequence[int]) -> Tensor:
        """Return these vectors, (rows, width) float32."""
        return self.matrix[list(rows)].float()


@dataclass(frozen=True)
class Pixels:
    """Pictures as pixels, for an encoder that is trained; read on each access, from the cache if it has them.

    Attributes:
        paths: the file of each row.
        hashes: the SHA-256 of each file, in hexadecimal.
        encoder: prepares the pixels.
        cache: keeps them.
        workers: threads that decode pictures which are not in the cache.
        rows: image name to row number.
    """

    paths: Sequence[Path]
    hashes: Sequence[str]
    encoder: ImageEncoder
    cache: PixelCache
    workers: int
    rows: dict[str, int]
    argument: str = "pixel_values"

    def read(self, rows: Sequence[int]) -> Tensor:
        """Return these pictures, (rows, 3, size, size) float32."""
        found = {row: self.cache.get(self.hashes[row]) for row in rows}
        new = [row for row, content in found.items() if content is None]
        if new:
            with ThreadPoolExecutor(self.workers) as pool:
                found |= zip(new, pool.map(self._shrunk, new), strict=True)
        joined = bytearray().join(found[row] or b"" for row in rows)
        shape = (len(rows), 3, self.encoder.size, self.encoder.size)
        shrunk = torch.frombuffer(joined, dtype=torch.uint8).view(shape)
        return self.encoder.preprocessing.scaled(shrunk)

    def _shrunk(self, row: int) -> bytes:
        return _shrunk(read_picture(self.paths[row]), self.encoder, self.cache)[1]


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
    release: Release,
    encoder: ImageEncoder,
    *,
    trained: bool,
    workers: int | None = None,
    on_count: OnCount,
) -> tuple[Pictures, list[Problem]]:
    """Return all pictures of a release that can be read, and a problem for each that cannot.

    Args:
        release: its records name the pictures.
        encoder: the image encoder.
        trained: True returns pixels, for an encoder that is part of the model; False returns
            vectors of the frozen encoder.
        workers: threads that read pictures; None for one for each core, `MOST_WORKERS` at most.
        on_count: called with (pictures read, all pictures).
    """
    names = list(dict.fromkeys(name for record in release.records() for name in record.images))
    paths = {name: release.image_path(name) for name in names}
    chosen = workers or min(os.cpu_count() or 1, MOST_WORKERS)
    return (_pixels if trained else _vectors)(paths, encoder, chosen, on_count)


def _pixels(
    paths: Mapping[str, Path], encoder: ImageEncoder, workers: int, on_count: OnCount
) -> tuple[Pictures, list[Problem]]:
    good: list[Path] = []
    hashes: list[str] = []
    rows: dict[str, int] = {}
    problems: list[Problem] = []
    cache = PixelCache(
        cache_folder(), identity=encoder.preprocessing.identity, size=3 * encoder.size**2
    )

    def kept(name: str) -> str | Problem:
        try:
            content = read_picture(paths[name])
            known = hashlib.sha256(content).hexdigest()
            return known if cache.get(known) else _shrunk(content, encoder, cache)[0]
        except (PictureFault, OSError) as error:
            return masked_picture(paths[name], error)

    names = list(paths)
    with ThreadPoolExecutor(workers) as pool:
        for start in range(0, len(names), BATCH):
            part = names[start : start + BATCH]
            for name, got in zip(part, pool.map(kept, part), strict=True):
                if isinstance(got, Problem):
                    problems.append(got)
                else:
                    rows[name] = len(good)
                    good.append(paths[name])
                    hashes.append(got)
            on_count(start + len(part), len(names))
    return Pixels(good, hashes, encoder, cache, workers, rows), problems


def _shrunk(content: bytes, encoder: ImageEncoder, cache: PixelCache) -> tuple[str, bytes]:
    """Decode and shrink a picture, store it in the cache, and return its SHA-256 and its bytes.

    Raises:
        PictureFault: it cannot be decoded.
    """
    with decoded(content) as picture:
        pixels = encoder.preprocessing.shrunk(picture).contiguous().numpy().tobytes()
    key = hashlib.sha256(content).hexdigest()
    cache.put(key, pixels)
    return key, pixels


def _vectors(
    paths: Mapping[str, Path], encoder: ImageEncoder, workers: int, on_count: OnCount
) -> tuple[Pictures, list[Problem]]:
    vectors: list[bytes] = []
    rows: dict[str, int] = {}
    problems: list[Problem] = []
    names = list(paths)
    with (
        closing(VectorCache(cache_folder(), encoder)) as cache,
        ThreadPoolExecutor(workers) as pool,
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
