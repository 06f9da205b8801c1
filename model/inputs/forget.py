"""Delete rows from a cache file in SQLite so that none of their bytes stay on disk, also after a kill.

The deletion and a mark in the file are one transaction. The mark stays until the file is rewritten, so a run
that was killed in between is finished by the next one, which may find no row to delete.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Final

WAIT_SECONDS: Final = 60
_MARK: Final = 1


def forget_rows(
    path: Path, delete: str, keys: Iterable[tuple[object]], *, dry_run: bool = False
) -> int:
    """Delete rows and return how many there were.

    Args:
        path: the cache file; it may be absent.
        delete: the SQL statement, with one parameter.
        keys: the value of the parameter for each execution.
        dry_run: only count.
    """
    if not path.is_file():
        return 0
    with closing(sqlite3.connect(path, timeout=WAIT_SECONDS, isolation_level=None)) as db:
        if not db.execute("SELECT 1 FROM sqlite_master").fetchone():
            return 0  # a run was killed while it made the file
        db.execute("PRAGMA secure_delete = ON")
        db.execute("BEGIN IMMEDIATE")
        gone = sum(db.execute(delete, key).rowcount for key in keys)
        if gone:
            db.execute(f"PRAGMA user_version = {_MARK}")
        db.execute("ROLLBACK" if dry_run else "COMMIT")
        if not dry_run and db.execute("PRAGMA user_version").fetchone() == (_MARK,):
            db.execute("VACUUM")
            db.execute("PRAGMA user_version = 0")
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return gone
