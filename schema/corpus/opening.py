"""Open the database of a corpus: the file itself, or a private copy of it for a dry run."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Final

from ..files.privacy import make_private_folder, tighten
from ..files.sqlite_file import copy_of, empty_copy, open_private
from .settings import write_settings
from .stored import DATABASE

LOCK: Final = "fetch.lock"


def opened(path: Path, *, create: bool) -> sqlite3.Connection:
    """Open the database of a corpus, private from its first byte; an earlier one is made private."""
    if create:
        make_private_folder(path.parent)
        write_settings(path.parent)
    for name in (DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm", LOCK):
        tighten(path.with_name(name))
    return open_private(path)


def copied(path: Path) -> sqlite3.Connection:
    """Return a private copy of the database of a corpus, empty if there is none."""
    return copy_of(path) if path.is_file() else empty_copy()
