"""A lock between processes, on a file; it is released when its holder ends or dies."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

from ..errors import disk_error
from .links import refuse_link

LOCK_PREFIX: Final = ".lock-"
"""The name of the lock file of a folder: this and the folder's name."""
WAIT_SECONDS: Final = 3600  # how long SQLite waits before it is asked again


@contextmanager
def lock(path: Path, *, on_wait: Callable[[], None] | None = None) -> Iterator[bool]:
    """Try to take the lock and yield whether this process holds it.

    The lock is SQLite's, on an empty database, so it works the same on every system.

    Args:
        path: the lock file.
        on_wait: if given and another process holds the lock, it is called once and this process waits for
            the lock. Without it, the result is False at once.

    Raises:
        DataError: the file is a link, or it cannot be written.
    """
    refuse_link(path)
    with ExitStack() as stack:
        try:
            connection = sqlite3.connect(path, isolation_level=None, timeout=0)
            stack.callback(connection.close)
            is_ours = _take(connection)
            if not is_ours and on_wait is not None:
                on_wait()
                connection.execute(f"PRAGMA busy_timeout = {1000 * WAIT_SECONDS}")
                while not is_ours:
                    is_ours = _take(connection)
        except sqlite3.Error as error:
            raise disk_error(path, error) from error
        yield is_ours


@contextmanager
def folder_lock(folder: Path) -> Iterator[None]:
    """Lock a folder that others may change too, such as a release or a gallery; wait while it is locked.

    The lock file is hidden beside the folder, and not in it: a release is published as it is, and its files
    are those of its manifest.

    Raises:
        DataError: the lock file cannot be written.
    """
    place = folder.resolve()
    with lock(place.parent / f"{LOCK_PREFIX}{place.name[:200]}", on_wait=_no_message):
        yield


@contextmanager
def reader_lock(folder: Path) -> Iterator[None]:
    """Lock a folder that is only read. Where no lock file can be written, nobody can change the folder."""
    if os.access(folder.resolve().parent, os.W_OK):
        with folder_lock(folder):
            yield
    else:
        yield


def _no_message() -> None:
    pass


def _take(connection: sqlite3.Connection) -> bool:
    try:
        connection.execute(
            "PRAGMA journal_mode = OFF"
        )  # nothing is written, so no journal file is needed
        connection.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
            raise
        return False
    return True
