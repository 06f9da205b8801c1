"""The content of a corpus as plain values that can be compared, without times."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any


def state(corpus: Path) -> dict[str, Any]:
    """Return lines, fates, posts, payloads and image files."""
    with sqlite3.connect(corpus / "corpus.db") as database:
        found: dict[str, Any] = {
            "lines": database.execute("SELECT * FROM lines").fetchall(),
            "ledger": database.execute(
                "SELECT post_id, fate, reason, can_retry, same_as, attempts FROM ledger"
            ).fetchall(),
            "posts": sorted(database.execute("SELECT * FROM posts").fetchall()),
            "payloads": sorted(
                database.execute("SELECT post_id, source, sha256, body FROM payloads").fetchall()
            ),
        }
    database.close()
    files = sorted(path for path in (corpus / "images").rglob("*") if path.is_file())
    found["images"] = {str(path.relative_to(corpus)): path.read_bytes() for path in files}
    return found
