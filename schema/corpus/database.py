"""The base class of every part of the corpus: its folder, its database connection and transactions."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from ..errors import DataError

AGAIN: Final = "check the folder's permissions and space, then run the same command again"


class Database:
    """A folder and an open connection to its database, or to a private copy of it for a dry run."""

    def __init__(
        self, folder: Path, connection: sqlite3.Connection, *, is_copy: bool = False
    ) -> None:
        self.folder = folder
        self.is_copy = is_copy
        self._db = connection

    def refuse_copy(self) -> None:
        """Check that this is no dry run, before a file of the folder is changed; that would be a bug."""
        assert not self.is_copy, "a dry run changes no file"

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Commit all writes of the block together, or none if the block raises an exception."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            if self._db.in_transaction:  # SQLite itself rolls back if the disk is full
                self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    @contextmanager
    def trial(self) -> Iterator[None]:
        """Undo all writes of the block at its end; inside the block they are visible."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            self._db.execute("ROLLBACK")


def disk_error(path: Path, error: Exception) -> DataError:
    """Return the error for a file that cannot be written."""
    why = error.strerror if isinstance(error, OSError) else error
    return DataError(
        f"{path}: {why}; what was finished is kept",
        AGAIN,
    )
