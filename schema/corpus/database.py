"""The base class of every part of the corpus: its folder, its database connection and transactions."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from ..errors import DataError

REMOVED: Final = "a removed post"
"""What the triggers of `deletions.py` say."""


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

    def _insert(self, statement: str, values: tuple[object, ...]) -> None:
        """Store a row of a post.

        Raises:
            DataError: the post was removed from the corpus.
        """
        try:
            self._db.execute(statement, values)
        except sqlite3.IntegrityError as error:
            if REMOVED not in str(error):
                raise
            raise DataError(
                f"{self.folder}: post {values[0]} was removed from the corpus; nothing of it is stored",
                "run the same command again",
            ) from error

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
