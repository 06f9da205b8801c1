"""What every part of the corpus stands on: its folder, its database, and transactions. It knows no table."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..errors import DataError


class Database:
    """A folder and an open connection to its database."""

    def __init__(self, folder: Path, connection: sqlite3.Connection) -> None:
        self.folder = folder
        self._db = connection

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All writes inside happen together or not at all."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            if self._db.in_transaction:  # SQLite itself rolls back where the disk is full
                self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    @contextmanager
    def trial(self) -> Iterator[None]:
        """All writes inside are seen inside, and then undone."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            self._db.execute("ROLLBACK")


def disk_error(path: Path, error: Exception) -> DataError:
    """What people read where the disk refuses."""
    why = error.strerror if isinstance(error, OSError) else error
    return DataError(
        f"{path}: {why}; what was finished is kept",
        "check the folder's permissions and space, then run the same command again",
    )
