"""The cache of picture vectors: its folder, and the deletion of the vectors of withdrawn pictures.

`vector_cache.py` fills it. This module loads no torch.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Final

from ...schema.sqlite_file import reading

FEATURES: Final = "features.db"
_COUNT: Final = "SELECT count(*) FROM vectors WHERE sha256 = ?"
_DELETE: Final = "DELETE FROM vectors WHERE sha256 = ?"


def cache_folder() -> Path:
    """Return the cache folder: $MNERCTL_CACHE, or `mnerctl` in the user's cache folder."""
    if named := os.environ.get("MNERCTL_CACHE"):
        return Path(named)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "mnerctl"


def forget_vectors(pictures: Iterable[str], *, dry_run: bool = False) -> int:
    """Delete the vectors of these pictures, of all encoders, and return how many there were.

    The file is rewritten, so that none of their bytes stay on disk.

    Args:
        pictures: SHA-256 of the pictures' bytes, in hexadecimal.
        dry_run: count only.
    """
    path = cache_folder() / FEATURES
    keys = [(bytes.fromhex(sha256),) for sha256 in pictures]
    if not keys or not path.is_file():
        return 0
    if dry_run:
        with reading(path) as db:
            return sum(db.execute(_COUNT, key).fetchone()[0] for key in keys)
    with closing(sqlite3.connect(path, timeout=60, isolation_level=None)) as db:
        db.execute("BEGIN IMMEDIATE")
        gone = sum(db.execute(_DELETE, key).rowcount for key in keys)
        db.execute("COMMIT")
        if gone:
            db.execute("VACUUM")
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return gone
