"""Vectors of a frozen image encoder on disk, computed when they are first needed.

The cache is one SQLite file for all encoders. It keeps each vector as float16 under the encoder's
fingerprint and the SHA-256 of the picture's bytes. `picture_cache.py` deletes from it.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import numpy as np
import torch
from torch import Tensor

from ...schema import DataError, Problem
from ...schema.files.privacy import make_private_folder
from ...schema.files.sqlite_file import open_private
from ...schema.picture import PictureFault, decoded, read_picture
from .image_encoder import ImageEncoder
from .picture_cache import FEATURES, VECTORS

WAIT_SECONDS: Final = 60  # while another process writes to the cache


class VectorCache:
    """Vectors of one encoder on disk. A vector that is not there yet is computed and stored.

    Several processes may use it at once. Each batch is one transaction, and if two processes compute
    the same vector, the first one's stays.

    Raises:
        DataError: the file is damaged or cannot be written.
    """

    def __init__(self, folder: Path, encoder: ImageEncoder) -> None:
        self._encoder = encoder
        self._path = folder / FEATURES
        with self._mapped_errors():
            make_private_folder(folder)
            self._db = open_private(self._path, timeout=WAIT_SECONDS)
            # not in WAL mode: two processes that switch a new file to it at once fail instead of waiting
            self._db.execute("BEGIN IMMEDIATE")
            self._db.execute(VECTORS.create)
            self._db.execute("COMMIT")

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    @contextmanager
    def _mapped_errors(self) -> Iterator[None]:
        """Raise a DataError with a hint for any error of the database or the disk."""
        try:
            yield
        except (sqlite3.DatabaseError, OSError) as error:
            code = getattr(error, "sqlite_errorcode", None)
            is_damaged = code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
            raise DataError(
                f"{self._path}: {error}",
                f"rm {self._path}*    # the vectors are computed again"
                if is_damaged
                else "check the folder's permissions and free space, or set MNERCTL_CACHE=FOLDER",
            ) from error

    def vectors(self, paths: Sequence[Path], pool: ThreadPoolExecutor) -> list[bytes | Problem]:
        """Return the vector of each picture as float16 bytes, or the problem if it has none."""
        contents = list(pool.map(_content, paths))
        keys = [hashlib.sha256(content or b"").digest() for content in contents]
        known = {key: vector for key in set(keys) if (vector := self._stored(key))}
        new = [index for index, key in enumerate(keys) if key not in known]
        tensors = list(pool.map(lambda index: self._pixels(paths[index], contents[index]), new))
        good = [(keys[i], t) for i, t in zip(new, tensors, strict=True) if isinstance(t, Tensor)]
        failed = {i: t for i, t in zip(new, tensors, strict=True) if isinstance(t, Problem)}
        if good:
            encoded = self._encoder.encode(torch.stack([tensor for _, tensor in good])).cpu()
            self._refuse_not_finite(encoded, [paths[i] for i in new if i not in failed])
            rows = encoded.half().numpy()
            known |= {key: row.tobytes() for (key, _), row in zip(good, rows, strict=True)}
            self._store([(self._encoder.fingerprint, key, known[key]) for key, _ in good])
        return [failed[i] if i in failed else known[key] for i, key in enumerate(keys)]

    def _refuse_not_finite(self, encoded: Tensor, paths: Sequence[Path]) -> None:
        """Check vectors before they are stored; later, infinity would be mistaken for a feature.

        Raises:
            DataError: a vector has a number that float16 cannot hold.
        """
        bad = ~encoded.half().isfinite().all(1)
        if not bad.any():
            return
        place = int(bad.int().argmax())
        vector = encoded[place]
        largest = vector.abs().max()
        found = f"{largest:,.0f}" if largest.isfinite() else "NaN or infinity"
        raise DataError(
            f"{paths[place]}: image encoder {self._encoder.name!r} gives {found} for this picture, and"
            f" so for {int(bad.sum())} of {len(paths)}; vectors are stored as float16, which ends at"
            f" {torch.finfo(torch.float16).max:,.0f}",
            "give another --image-encoder, or scale the output of this one down",
        )

    def _store(self, rows: list[tuple[str, bytes, bytes]]) -> None:
        with self._mapped_errors():
            self._db.execute("BEGIN IMMEDIATE")
            self._db.executemany("INSERT OR IGNORE INTO vectors VALUES (?, ?, ?)", rows)
            self._db.execute("COMMIT")

    def _stored(self, key: bytes) -> bytes | None:
        with self._mapped_errors():
            row = self._db.execute(
                "SELECT vector FROM vectors WHERE encoder = ? AND sha256 = ?",
                (self._encoder.fingerprint, key),
            ).fetchone()
        if row is None:
            return None
        vector, expected = bytes(row[0]), 2 * self._encoder.width
        if len(vector) != expected:
            raise DataError(
                f"{self._path}: the vector of picture {key.hex()[:12]}… has {len(vector)} bytes;"
                f" this encoder's vectors have {expected}",
                f"rm {self._path}*    # the vectors are computed again",
            )
        if not np.isfinite(np.frombuffer(vector, dtype=np.float16)).all():
            return None  # stored by a version that did not check; computed again, it is refused
        return vector

    def _pixels(self, path: Path, content: bytes | None) -> Tensor | Problem:
        try:
            with decoded(read_picture(path) if content is None else content) as picture:
                return self._encoder.pixels(picture)
        except (PictureFault, OSError) as error:
            return masked_picture(path, error)


def _content(path: Path) -> bytes | None:
    """Return the bytes, or None if they cannot be read; a second attempt then finds the reason."""
    try:
        return read_picture(path)
    except OSError:
        return None


def masked_picture(path: Path, error: Exception) -> Problem:
    """Return the problem of a picture that is missing or unreadable, and so is masked."""
    if isinstance(error, FileNotFoundError):
        return Problem("warning", "image-missing", str(path), "no file", "the image", "masked")
    found = str(error).partition("; wanted")[0][:80]
    return Problem("warning", "image-unreadable", str(path), found, "a whole picture", "masked")
