"""Delete rows from a cache file in SQLite so that none of their bytes stay on disk, also after a kill.

Their keys stay, and a trigger in the file keeps rows with these keys out: a training that read a picture
before it was withdrawn stores its vector in vain.

The deletion and a mark in the file are one transaction. The mark stays until the file is rewritten, so a run
that was killed in between is finished by the next one, which may find no row to delete.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Final

from ...schema.files.sqlite_file import reading

WAIT_SECONDS: Final = 60
_MARK: Final = 1
_KEEP_OUT: Final = (
    "CREATE TABLE IF NOT EXISTS forgotten (key PRIMARY KEY) WITHOUT ROWID",
    "CREATE TRIGGER IF NOT EXISTS keep_out BEFORE INSERT ON {table}"
    " WHEN EXISTS (SELECT 1 FROM forgotten WHERE key = NEW.{column})"
    " BEGIN SELECT RAISE(IGNORE); END",
)


def forget_rows(
    path: Path, table: str, column: str, keys: Iterable[object], *, dry_run: bool = False
) -> int:
    """Delete rows and return how many there were.

    Args:
        path: the cache file; it may be absent.
        table: the table.
        column: the column of the key.
        keys: the keys of the rows.
        dry_run: only count.
    """
    if not path.is_file():
        return 0
    if dry_run:
        return _counted(path, table, column, keys)
    with closing(sqlite3.connect(path, timeout=WAIT_SECONDS, isolation_level=None)) as db:
        if not db.execute("SELECT 1 FROM sqlite_master").fetchone():
            return 0  # a run was killed while it made the file
        db.execute("PRAGMA secure_delete = ON")
        db.execute("BEGIN IMMEDIATE")
        for statement in _KEEP_OUT:
            db.execute(statement.format(table=table, column=column))
        gone = 0
        for key in keys:
            gone += db.execute(f"DELETE FROM {table} WHERE {column} = ?", (key,)).rowcount
            db.execute("INSERT OR IGNORE INTO forgotten VALUES (?)", (key,))
        if gone:
            db.execute(f"PRAGMA user_version = {_MARK}")
        db.execute("COMMIT")
        if db.execute("PRAGMA user_version").fetchone() == (_MARK,):
            db.execute("VACUUM")
            db.execute("PRAGMA user_version = 0")
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return gone


def _counted(path: Path, table: str, column: str, keys: Iterable[object]) -> int:
    """Return how many rows would be deleted. Nothing on disk changes."""
    with reading(path) as db:
        if not db.execute("SELECT 1 FROM sqlite_master").fetchone():
            return 0
        count = f"SELECT count(*) FROM {table} WHERE {column} = ?"
        return sum(db.execute(count, (key,)).fetchone()[0] for key in set(keys))
