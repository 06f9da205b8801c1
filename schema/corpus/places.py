"""Remember the folders where releases, galleries and exports of a corpus were begun.

A run that is killed leaves a hidden copy of posts there, and `comply` has to find it. The table is made when
it is first needed, so that corpora of earlier versions have it too.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from .database import Database

_TABLE: Final = "CREATE TABLE IF NOT EXISTS places (folder BLOB PRIMARY KEY) WITHOUT ROWID"


class PlaceStore(Database):
    """The places of an open corpus."""

    def note_place(self, folder: Path) -> None:
        """Remember a folder before copies of posts are written into it."""
        self._db.execute(_TABLE)
        self._db.execute(
            "INSERT OR IGNORE INTO places VALUES (?)", (os.fsencode(folder.resolve()),)
        )

    def places(self) -> list[Path]:
        """Return the folders, sorted; some may be gone."""
        known = self._db.execute("SELECT 1 FROM sqlite_master WHERE name = 'places'").fetchone()
        rows = self._db.execute("SELECT folder FROM places ORDER BY folder") if known else ()
        return [Path(os.fsdecode(folder)) for (folder,) in rows]
