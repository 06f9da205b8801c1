"""The pictures of a release as a model takes them: cached vectors of a frozen encoder, or pixels.

A vector is computed once for all runs and releases: the cache is one SQLite file that keeps it as
float16 under the encoder's fingerprint and the SHA-256 of the picture's bytes. A picture that is
missing or cannot be decoded gets no row here, and is masked: it is never replaced by another.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

import numpy as np
import torch
from torch import Tensor

from ...schema import DataError, Problem, Record, Release
from ...schema.picture import PictureFault, decode
from ...schema.progress import OnCount
from .image_encoder import ImageEncoder
from .picture_cache import FEATURES, cache_folder

BATCH: Final = 64
WAIT_SECONDS: Final = 60  # for another process that writes


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
        return self.encoder.pixels(decode(self.paths[row].read_bytes()))


def picture_rows(records: Sequence[Record], pictures: Pictures) -> list[list[int | None]]:
    """Of each post the rows of its pictures, None for one that is masked; nothing after the last row."""
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
    """All pictures of a release that can be read, and a row for each that cannot.

    trained: give pixels for an encoder in the model, not vectors of a frozen one.
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
            decode(path.read_bytes())
        except (PictureFault, OSError) as error:
            problems.append(_masked(path, error))
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
        closing(_Cache(cache_folder(), encoder)) as cache,
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


class _Cache:
    """Vectors of one encoder on disk; what is not there yet is computed and put there.

    Several processes may use it at once: each batch is one transaction, and of two that computed the
    same vector the first one's stays. Raises DataError where the file is damaged.
    """

    def __init__(self, folder: Path, encoder: ImageEncoder) -> None:
        self._encoder = encoder
        self._path = folder / FEATURES
        with self._readable():
            folder.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(self._path, timeout=WAIT_SECONDS, isolation_level=None)
            # no WAL: two processes that switch a new file to it at once do not wait for each other
            self._db.execute("BEGIN IMMEDIATE")
            self._db.execute(
                "CREATE TABLE IF NOT EXISTS vectors (encoder TEXT, sha256 BLOB, vector BLOB,"
                " PRIMARY KEY (encoder, sha256)) WITHOUT ROWID"
            )
            self._db.execute("COMMIT")

    def close(self) -> None:
        self._db.close()

    @contextmanager
    def _readable(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.DatabaseError, OSError) as error:
            code = getattr(error, "sqlite_errorcode", None)
            is_damaged = code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
            raise DataError(
                f"{self._path}: {error}",
                f"rm {self._path}*    # vectors are computed anew"
                if is_damaged
                else "check the folder's permissions and space, or give another: MNERCTL_CACHE=FOLDER",
            ) from error

    def vectors(self, paths: Sequence[Path], pool: ThreadPoolExecutor) -> list[bytes | Problem]:
        """For each picture its vector, float16, or why it has none."""
        contents = list(pool.map(_content, paths))
        keys = [hashlib.sha256(content or b"").digest() for content in contents]
        known = {key: vector for key in set(keys) if (vector := self._known(key))}
        fresh = [place for place, key in enumerate(keys) if key not in known]
        tensors = list(pool.map(lambda place: self._prepared(paths[place], contents[place]), fresh))
        good = [(keys[p], t) for p, t in zip(fresh, tensors, strict=True) if isinstance(t, Tensor)]
        if good:
            encoded = self._encoder.encode(torch.stack([tensor for _, tensor in good]))
            rows = encoded.half().cpu().numpy()
            known |= {key: row.tobytes() for (key, _), row in zip(good, rows, strict=True)}
            self._keep([(self._encoder.fingerprint, key, known[key]) for key, _ in good])
        failed = {p: t for p, t in zip(fresh, tensors, strict=True) if isinstance(t, Problem)}
        return [failed[p] if p in failed else known[key] for p, key in enumerate(keys)]

    def _keep(self, rows: list[tuple[str, bytes, bytes]]) -> None:
        with self._readable():
            self._db.execute("BEGIN IMMEDIATE")
            self._db.executemany("INSERT OR IGNORE INTO vectors VALUES (?, ?, ?)", rows)
            self._db.execute("COMMIT")

    def _known(self, key: bytes) -> bytes | None:
        with self._readable():
            row = self._db.execute(
                "SELECT vector FROM vectors WHERE encoder = ? AND sha256 = ?",
                (self._encoder.fingerprint, key),
            ).fetchone()
        if row is None:
            return None
        vector, wanted = bytes(row[0]), 2 * self._encoder.width
        if len(vector) != wanted:
            raise DataError(
                f"{self._path}: the vector of picture {key.hex()[:12]}… has {len(vector)} bytes;"
                f" wanted {wanted}, as this encoder makes them",
                f"rm {self._path}*    # vectors are computed anew",
            )
        return vector

    def _prepared(self, path: Path, content: bytes | None) -> Tensor | Problem:
        try:
            return self._encoder.pixels(decode(path.read_bytes() if content is None else content))
        except (PictureFault, OSError) as error:
            return _masked(path, error)


def _content(path: Path) -> bytes | None:
    """The bytes, or None where they cannot be read; why not is found when it is tried again."""
    try:
        return path.read_bytes()
    except OSError:
        return None


def _masked(path: Path, error: Exception) -> Problem:
    if isinstance(error, FileNotFoundError):
        return Problem("warning", "image-missing", str(path), "no file", "the image", "masked")
    found = str(error)[:80]
    return Problem("warning", "image-unreadable", str(path), found, "a whole picture", "masked")
