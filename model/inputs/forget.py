"""Delete rows from a cache file in SQLite so that none of their bytes stay on disk, also after a kill.

Their keys stay, and a trigger in the file keeps rows with these keys out: a training that read a picture
before it was withdrawn stores its vector in vain. The file is made for that where there is none yet.

The deletion and a mark in the file are one transaction. The mark stays until the file is rewritten, so a run
that was killed in between is finished by the next one, which may find no row to delete.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Set
from contextlib import closing
from pathlib import Path
from typing import Final, NamedTuple

from ...schema import DataError
from ...schema.files.privacy import make_private_folder
from ...schema.files.sqlite_file import open_private, reading

WAIT_SECONDS: Final = 60
_MARK: Final = 1
_KEEP_OUT: Final = (
    "CREATE TABLE IF NOT EXISTS forgotten (key PRIMARY KEY) WITHOUT ROWID",
    "CREATE TRIGGER IF NOT EXISTS keep_out BEFORE INSERT ON {table}"
    " WHEN EXISTS (SELECT 1 FROM forgotten WHERE key = NEW.{column})"
    " BEGIN SELECT RAISE(IGNORE); END",
)


class CacheTable(NamedTuple):
    """The table of a cache file.

    Attributes:
        name: its name.
        columns: its columns, in SQL.
        key: the column of the key to forget by.
    """

    name: str
    columns: str
    key: str

    @property
    def create(self) -> str:
        """The statement that makes it, if there is none."""
        return f"CREATE TABLE IF NOT EXISTS {self.name} ({self.columns}) WITHOUT ROWID"


def forget_rows(
    path: Path, table: CacheTable, keys: Iterable[object], *, dry_run: bool = False
) -> int:
    """Delete rows and return how many there were.

    Args:
        path: the cache file; it may be absent.
        table: the table.
        keys: the keys of the rows.
        dry_run: only count.
    """
    wanted = set(keys)
    if dry_run or not (wanted or path.is_file()):
        return _counted(path, table, wanted)
    if not path.is_file() and not _can_be_made(path):
        return 0
    with closing(open_private(path, timeout=WAIT_SECONDS)) as db:
        db.execute("PRAGMA secure_delete = ON")
        db.execute("BEGIN IMMEDIATE")
        for statement in (table.create, *_KEEP_OUT):
            db.execute(statement.format(table=table.name, column=table.key))
        gone = 0
        for key in wanted:
            gone += db.execute(f"DELETE FROM {table.name} WHERE {table.key} = ?", (key,)).rowcount
            db.execute("INSERT OR IGNORE INTO forgotten VALUES (?)", (key,))
        if gone:
            db.execute(f"PRAGMA user_version = {_MARK}")
        db.execute("COMMIT")
        if db.execute("PRAGMA user_version").fetchone() == (_MARK,):
            db.execute("VACUUM")
            db.execute("PRAGMA user_version = 0")
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return gone


def is_forgotten(path: Path, key: object) -> bool:
    """Return whether a cache file keeps rows with this key out; also if that cannot be found out.

    Args:
        path: the cache file; it may be absent.
        key: the key, as `forget_rows` was given it.
    """
    if not path.is_file():
        return False
    try:
        with closing(open_private(path, timeout=WAIT_SECONDS)) as db:
            if not db.execute("SELECT 1 FROM sqlite_master WHERE name = 'forgotten'").fetchone():
                return False
            found = db.execute("SELECT 1 FROM forgotten WHERE key = ?", (key,)).fetchone()
            return found is not None
    except (OSError, sqlite3.Error):
        return True


def forgotten_keys(path: Path) -> set[object]:
    """Return the keys of all rows that a cache file keeps out. Nothing on disk changes.

    Args:
        path: the cache file; it may be absent.
    """
    if not path.is_file():
        return set()
    with reading(path) as db:
        if not db.execute("SELECT 1 FROM sqlite_master WHERE name = 'forgotten'").fetchone():
            return set()
        return {key for (key,) in db.execute("SELECT key FROM forgotten")}


def _can_be_made(path: Path) -> bool:
    """Make the folder of a cache, and return whether that works: where it does not, nothing can be cached."""
    try:
        make_private_folder(path.parent)
    except (OSError, DataError):
        return False
    return os.access(path.parent, os.W_OK)


def _counted(path: Path, table: CacheTable, keys: Set[object]) -> int:
    """Return how many rows would be deleted. Nothing on disk changes."""
    if not path.is_file():
        return 0
    with reading(path) as db:
        if not db.execute("SELECT 1 FROM sqlite_master").fetchone():
            return 0
        count = f"SELECT count(*) FROM {table.name} WHERE {table.key} = ?"
        return sum(db.execute(count, (key,)).fetchone()[0] for key in keys)
