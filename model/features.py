"""The pictures of a release as a model takes them: cached vectors of a frozen encoder, or pixels.

A vector is computed once for all runs and releases: the cache is one SQLite file that keeps it as
float16 under the encoder's fingerprint and the SHA-256 of the picture's bytes. A picture that is
missing or cannot be decoded gets no row here, and is masked: it is never replaced by another.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import warnings
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Final, Protocol

import numpy as np
import torch
from PIL import Image, UnidentifiedImageError
from torch import Tensor

from ..schema import Problem, Release
from .encoders import ImageEncoder

BATCH: Final = 64
MOST_PIXELS: Final = 50_000_000
# what Pillow raises for bytes that are no picture, half a picture, or a bomb
UNREADABLE: Final = (
    UnidentifiedImageError,
    OSError,
    SyntaxError,
    ValueError,
    Image.DecompressionBombError,
)

OnCount = Callable[[int, int], None]


class Pictures(Protocol):
    """Rows of pictures for a collator.

    argument: the name of the model's input that they are. rows: image name to row.
    """

    @property
    def argument(self) -> str: ...

    @property
    def rows(self) -> dict[str, int]: ...

    def __getitem__(self, row: int) -> Tensor: ...


@dataclass(frozen=True)
class Vectors:
    """Vectors of a frozen encoder: (pictures, width) float16. rows: image name to row."""

    matrix: Tensor
    rows: dict[str, int]
    argument: str = "image_features"

    def __getitem__(self, row: int) -> Tensor:
        return self.matrix[row].float()


@dataclass(frozen=True)
class Pixels:
    """Pictures read anew each time, for an encoder that is trained: (3, size, size) each."""

    paths: Sequence[Path]
    encoder: ImageEncoder
    rows: dict[str, int]
    argument: str = "pixel_values"

    def __getitem__(self, row: int) -> Tensor:
        with Image.open(self.paths[row]) as image:
            return self.encoder.pixels(image)


def cache_folder() -> Path:
    """Where vectors are kept: $MNERCTL_CACHE, else mnerctl in the user's cache folder."""
    if named := os.environ.get("MNERCTL_CACHE"):
        return Path(named)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "mnerctl"


def read_pictures(
    release: Release, encoder: ImageEncoder, *, trained: bool, on_count: OnCount
) -> tuple[Pictures, list[Problem]]:
    """All pictures of a release that can be read, and a row for each that cannot.

    trained: give pixels for an encoder in the model, not vectors of a frozen one.
    """
    names = list(dict.fromkeys(name for record in release.records() for name in record.images))
    cache = cache_folder()
    cache.mkdir(parents=True, exist_ok=True)
    with closing(
        sqlite3.connect(cache / "features.db", timeout=60, isolation_level=None)
    ) as database:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute(
            "CREATE TABLE IF NOT EXISTS vectors (encoder TEXT, sha256 BLOB, vector BLOB,"
            " PRIMARY KEY (encoder, sha256)) WITHOUT ROWID"
        )
        if trained:
            return _pixels(release, encoder, names, on_count)
        return _vectors(release, encoder, names, database, on_count)


def _pixels(
    release: Release, encoder: ImageEncoder, names: list[str], on_count: OnCount
) -> tuple[Pixels, list[Problem]]:
    paths: list[Path] = []
    rows: dict[str, int] = {}
    problems: list[Problem] = []
    for done, name in enumerate(names, start=1):
        try:
            _decoded(release.image_path(name).read_bytes())
        except UNREADABLE as error:
            problems.append(_unreadable(release, name, error))
        else:
            rows[name] = len(paths)
            paths.append(release.image_path(name))
        on_count(done, len(names))
    return Pixels(paths, encoder, rows), problems


def _vectors(
    release: Release,
    encoder: ImageEncoder,
    names: list[str],
    database: sqlite3.Connection,
    on_count: OnCount,
) -> tuple[Vectors, list[Problem]]:
    vectors: list[bytes] = []
    rows: dict[str, int] = {}
    problems: list[Problem] = []
    with ThreadPoolExecutor(max_workers=2) as pool:
        for start in range(0, len(names), BATCH):
            part = names[start : start + BATCH]
            for name, got in zip(part, _batch(release, encoder, part, database, pool), strict=True):
                if isinstance(got, Problem):
                    problems.append(got)
                else:
                    rows[name] = len(vectors)
                    vectors.append(got)
            on_count(min(start + BATCH, len(names)), len(names))
    matrix = np.frombuffer(b"".join(vectors), dtype=np.float16).reshape(-1, encoder.width)
    return Vectors(torch.from_numpy(matrix.copy()), rows), problems


def _batch(
    release: Release,
    encoder: ImageEncoder,
    names: list[str],
    database: sqlite3.Connection,
    pool: ThreadPoolExecutor,
) -> Iterator[bytes | Problem]:
    """For each name its vector as float16 bytes, or why it has none."""
    known = partial(_known_or_pixels, release, encoder, database)
    keys = list(pool.map(partial(_content, release), names))
    got = [known(name, content) for name, content in zip(names, keys, strict=True)]
    fresh = [(i, pixels) for i, pixels in enumerate(got) if isinstance(pixels, Tensor)]
    computed: dict[int, bytes] = {}
    if fresh:
        encoded = encoder.encode(torch.stack([pixels for _, pixels in fresh]))
        computed = {
            i: vector.tobytes()
            for (i, _), vector in zip(fresh, encoded.half().cpu().numpy(), strict=True)
        }
        database.executemany(
            "INSERT OR IGNORE INTO vectors VALUES (?, ?, ?)",
            [(encoder.fingerprint, _sha256(keys[i]), vector) for i, vector in computed.items()],
        )
    for i, answer in enumerate(got):
        yield computed[i] if isinstance(answer, Tensor) else answer


def _known_or_pixels(
    release: Release,
    encoder: ImageEncoder,
    database: sqlite3.Connection,
    name: str,
    content: bytes | OSError,
) -> bytes | Tensor | Problem:
    if isinstance(content, OSError):
        return _unreadable(release, name, content)
    row = database.execute(
        "SELECT vector FROM vectors WHERE encoder = ? AND sha256 = ?",
        (encoder.fingerprint, _sha256(content)),
    ).fetchone()
    if row:
        return bytes(row[0])
    try:
        return encoder.pixels(_decoded(content))
    except UNREADABLE as error:
        return _unreadable(release, name, error)


def _content(release: Release, name: str) -> bytes | OSError:
    try:
        return release.image_path(name).read_bytes()
    except OSError as error:
        return error


def _sha256(content: bytes | OSError) -> bytes:
    return hashlib.sha256(content).digest() if isinstance(content, bytes) else b""


def _decoded(content: bytes) -> Image.Image:
    """The whole picture in memory, or an error: half a picture is none."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        image = Image.open(BytesIO(content))
    if image.width * image.height > MOST_PIXELS:
        raise ValueError(f"{image.width} x {image.height} pixels, wanted at most {MOST_PIXELS}")
    image.load()
    return image


def _unreadable(release: Release, name: str, error: Exception) -> Problem:
    path = release.image_path(name)
    if isinstance(error, FileNotFoundError):
        return Problem("warning", "image-missing", str(path), "no file", "the image", "masked")
    return Problem(
        "warning", "image-unreadable", str(path), str(error)[:80], "a whole picture", "masked"
    )
