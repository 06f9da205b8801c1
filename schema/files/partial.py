"""Temporary files and folders: a name that nobody else has, and a lock while the process lives.

A name is `.mnerctl-partial-` and 16 random hexadecimal digits. A folder has a file `lock`, and
a folder `content` to write into. The process that makes one holds a lock (flock) on the file, or on `lock`,
until it has its final name or is deleted. The system drops the lock when the process ends, however it ends.

`atomic_write.py` writes with these; `leftovers.py` finds those that killed runs left behind.
"""

from __future__ import annotations

import errno
import os
import re
import secrets
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

PREFIX: Final = ".mnerctl-partial-"
NAME: Final = re.compile(rf"{re.escape(PREFIX)}[0-9a-f]{{16}}", re.ASCII)
LOCK: Final = "lock"
CONTENT: Final = "content"
_NO_LOCKS: Final = {errno.ENOLCK, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP}
_ON_WINDOWS: Final = os.name == "nt"


def new_file(folder: Path, mode: int) -> tuple[Path, int]:
    """Create and lock a file with a random name, which no link can have; return its path and handle.

    Raises:
        OSError: it cannot be created.
    """
    while True:
        path = folder / _new_name()
        handle = _open_locked(path, mode)
        if path.exists():
            return path, handle
        os.close(handle)  # another process saw it before it was locked, and took it for a leftover


@contextmanager
def hidden_folder(parent: Path) -> Iterator[Path]:
    """Yield the folder `content` of a new locked folder, private to the user; delete both at the end.

    The block may move `content` away.

    Raises:
        OSError: it cannot be created.
    """
    path, handle = _new_folder(parent)
    content = path / CONTENT
    try:
        content.mkdir(0o700)
        yield content
    finally:
        if _ON_WINDOWS:
            os.close(handle)  # an open file cannot be deleted there
        with suppress(OSError):
            delete_folder(path)
        if not _ON_WINDOWS:
            os.close(handle)


def delete_folder(path: Path) -> None:
    """Delete a temporary folder; its lock file goes last, so that the rest is found if this is killed.

    Raises:
        OSError: something in it cannot be deleted.
    """
    with suppress(FileNotFoundError):
        if (path / CONTENT).exists():
            shutil.rmtree(path / CONTENT)
        (path / LOCK).unlink(missing_ok=True)
        path.rmdir()


def take_lock(handle: int, *, may_wait: bool) -> None:
    """Lock an open file until the handle is closed or the process ends.

    Raises:
        BlockingIOError: another handle has the lock, and `may_wait` is false.
        OSError: the disk has no locks, or it fails.
    """
    if sys.platform == "win32":
        raise OSError(errno.ENOLCK, "no such locks")
    else:
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_EX | (0 if may_wait else fcntl.LOCK_NB))


def _new_name() -> str:
    return f"{PREFIX}{secrets.token_hex(8)}"


def _new_folder(parent: Path) -> tuple[Path, int]:
    """Create a folder and its lock file, lock it, and return its path and the handle of the lock."""
    while True:
        path = parent / _new_name()
        path.mkdir(0o700)
        try:
            handle = _open_locked(path / LOCK, 0o600)
        except FileNotFoundError:
            continue  # another process took the empty folder for a leftover
        if (path / LOCK).exists():
            return path, handle
        os.close(handle)


def _open_locked(path: Path, mode: int) -> int:
    """Create a file and lock it, if the disk has locks."""
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    handle = os.open(path, flags, mode)
    try:
        take_lock(handle, may_wait=True)
    except OSError as error:
        if error.errno not in _NO_LOCKS:
            raise
    return handle
