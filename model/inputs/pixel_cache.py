"""Pictures in the size of an image encoder on disk, so that each is decoded once and not in every epoch.

A file of its own holds the bytes of a picture after the first step of `preprocessing.py`, and a checksum. Its
name is the SHA-256 of the picture's bytes and a key of the preprocessing: `pixels/ab/abc…-KEY`. Several
processes may use the cache at once. It only saves time: what is missing, damaged, or cannot be stored is made
again from the picture. This module loads no torch.
"""

from __future__ import annotations

import hashlib
import logging
import os
import shutil
import time
import zlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import Final

from ...schema import DataError
from ...schema.files.atomic_write import write_file
from ...schema.files.given_file import read_whole
from ...schema.files.leftovers import is_temporary
from ...schema.files.privacy import make_private_folder
from .forget import forgotten_keys, is_forgotten
from .picture_cache import FEATURES, cache_folder

PIXELS: Final = "pixels"
MOST_BYTES: Final = 8 * 2**30
"""Bytes of all cached pictures, if half of the free space is as much: 57,000 of 224 x 224 pixels."""
_CHECK_BYTES: Final = 4
_LOG: Final = logging.getLogger(__name__)


class PixelCache:
    """The cached pictures of one preprocessing."""

    def __init__(self, folder: Path, *, identity: str, size: int) -> None:
        """Open the cache, which need not exist.

        Args:
            folder: the folder of all caches.
            identity: names all that the bytes of a picture depend on besides the picture.
            size: bytes of a picture.
        """
        self._folder = folder
        self._key = hashlib.sha256(identity.encode()).hexdigest()[:16]
        self._size = size
        self._began = time.time() - 1  # clocks of file systems are coarse
        self._room: int | None = None  # bytes that may still be stored; None: not looked at yet
        self._is_closed = False
        self._lock = Lock()

    def get(self, picture: str) -> bytes | None:
        """Return the bytes of a picture, or None if there are none that are whole.

        Args:
            picture: SHA-256 of the picture's bytes, in hexadecimal.
        """
        path = self._path(picture)
        try:
            content = read_whole(path, most=self._size + _CHECK_BYTES)
        except OSError:
            return None
        pixels = content[:-_CHECK_BYTES]
        if len(pixels) != self._size or content != _checked(pixels, path.name):
            return None
        with suppress(OSError):  # of a cache that may only be read
            os.utime(path)
        return pixels

    def put(self, picture: str, pixels: bytes) -> None:
        """Store the bytes of a picture, unless there is no room or the picture was withdrawn.

        Args:
            picture: SHA-256 of the picture's bytes, in hexadecimal.
            pixels: the bytes.
        """
        path = self._path(picture)
        try:
            with self._lock:
                if self._is_closed or not self._take_room():
                    return
            make_private_folder(path.parent.parent)
            make_private_folder(path.parent)
            write_file(path, _checked(pixels, path.name), is_private=True)
            # after storing: a withdrawal first says what is forgotten, then deletes
            if is_forgotten(self._folder / FEATURES, bytes.fromhex(picture)):
                path.unlink(missing_ok=True)
        except DataError as error:
            self._close(error.message)
        except OSError as error:
            self._close(f"{error.filename or path}: {error.strerror}")

    def _close(self, reason: str) -> None:
        """Store nothing more, and say so once."""
        with self._lock:
            if not self._is_closed:
                _LOG.warning("%s; pictures that are not cached are decoded in every epoch", reason)
            self._is_closed = True

    def _path(self, picture: str) -> Path:
        return self._folder / PIXELS / picture[:2] / f"{picture}-{self._key}"

    def _take_room(self) -> bool:
        """Take the room of one picture, if necessary from pictures that no running training has used."""
        if self._room is None:
            make_private_folder(self._folder)
            stored = sum(size for _, size, _ in _files(self._folder))
            free = shutil.disk_usage(self._folder).free
            self._room = min(MOST_BYTES, stored + free // 2) - stored
        if self._room < self._size:
            self._drop_unused()
        if self._room < self._size:
            self._is_closed = True  # for good: looking for room takes time
            return False
        self._room -= self._size
        return True

    def _drop_unused(self) -> None:
        """Make room for a tenth of all: delete what was not used since this began, longest unused first."""
        assert self._room is not None
        for used, size, path in sorted(_files(self._folder)):
            if used >= self._began or self._room >= max(MOST_BYTES // 10, self._size):
                break
            path.unlink(missing_ok=True)
            self._room += size


def forget_pixels(pictures: Iterable[str], *, dry_run: bool = False) -> int:
    """Delete the cached bytes of these pictures and of all forgotten ones; return how many files there were.

    `picture_cache.forget_vectors` has to run first: its list of forgotten pictures keeps running trainings
    from storing them again. A training that is killed just then can leave one, which the next call deletes.

    Args:
        pictures: SHA-256 of the pictures' bytes, in hexadecimal.
        dry_run: count only.
    """
    folder = cache_folder()
    files = list((folder / PIXELS).glob("*/*-*"))
    if not files:
        return 0
    forgotten = forgotten_keys(folder / FEATURES)
    names = {*pictures, *(key.hex() for key in forgotten if isinstance(key, bytes))}
    found = [path for path in files if path.name.partition("-")[0] in names]
    if not dry_run:
        for path in found:
            path.unlink(missing_ok=True)
    return len(found)


def _checked(pixels: bytes, name: str) -> bytes:
    """Return the content of a file: the bytes of a picture, and a checksum over them and the file's name."""
    checksum = zlib.crc32(pixels, zlib.crc32(name.encode()))
    return pixels + checksum.to_bytes(_CHECK_BYTES, "little")


def _files(folder: Path) -> Iterator[tuple[float, int, Path]]:
    """Yield time of the last use, size and path of each cached picture."""
    for path in (folder / PIXELS).glob("*/*"):
        with suppress(FileNotFoundError):
            about = path.stat()
            if not is_temporary(path):
                yield about.st_mtime, about.st_size, path
