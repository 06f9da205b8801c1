"""The ledger: which line of the input stands for which post, and what became of each post.

Entering a file again replaces what was entered of it before, so that counts sum to the file as it
stands. It holds ids and fates only; who decides fates is the collector.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Final, Literal

from .post import Fate

LINES_AT_ONCE: Final = 10_000

LEDGER_TABLES: Final = """
CREATE TABLE lines (
    source TEXT, number INTEGER, text TEXT NOT NULL, post_id TEXT, reason TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (source, number)
) WITHOUT ROWID;
CREATE INDEX lines_by_post ON lines (post_id);
CREATE TABLE ledger (
    post_id TEXT PRIMARY KEY, fate TEXT NOT NULL DEFAULT 'pending', reason TEXT NOT NULL DEFAULT '',
    attempts INTEGER NOT NULL DEFAULT 0, at TEXT
) WITHOUT ROWID;
CREATE INDEX ledger_by_fate ON ledger (fate);
CREATE TABLE redirects (post_id TEXT PRIMARY KEY, target TEXT NOT NULL) WITHOUT ROWID;
"""

_NUMBERED: Final = (
    "(SELECT *, row_number() OVER (PARTITION BY post_id ORDER BY source, number) AS nth"
    " FROM lines {where})"
)


@dataclass(frozen=True, slots=True)
class InputLine:
    """One line of the input: `post_id` is None where the line was refused, for `reason`."""

    source: str
    number: int
    text: str
    post_id: str | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Settled:
    """The fate of one post id, with the reason for people and how often it was tried."""

    post_id: str
    fate: Fate
    reason: str
    attempts: int


class Ledger:
    """The ledger of an open database; `Corpus` adds the posts."""

    def __init__(self, connection: sqlite3.Connection) -> None:
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

    def enter_lines(self, lines: Iterable[InputLine], *, instead_of: Sequence[str] = ()) -> None:
        """Records input lines; all that was entered from the sources `instead_of` goes first.

        New ids become pending. An id that no line names any more is forgotten, unless it is kept.
        """
        remaining, stale = iter(lines), 0
        with self.transaction():
            for source in instead_of:
                gone = self._db.execute("DELETE FROM lines WHERE source = ?", (source,))
                stale += gone.rowcount
            while batch := list(islice(remaining, LINES_AT_ONCE)):
                self._db.executemany(
                    "INSERT OR REPLACE INTO lines VALUES (?, ?, ?, ?, ?)",
                    [
                        (line.source, line.number, line.text, line.post_id, line.reason)
                        for line in batch
                    ],
                )
            self._db.execute(
                "UPDATE lines SET post_id = (SELECT target FROM redirects AS r"
                " WHERE r.post_id = lines.post_id) WHERE post_id IN (SELECT post_id FROM redirects)"
            )
            self._db.execute(
                "INSERT OR IGNORE INTO ledger (post_id) SELECT post_id FROM lines"
                " WHERE post_id IS NOT NULL ORDER BY post_id"
            )
            if stale:
                self._db.execute(
                    "DELETE FROM ledger WHERE fate != 'kept' AND NOT EXISTS"
                    " (SELECT 1 FROM lines WHERE lines.post_id = ledger.post_id)"
                )

    def settle(self, post_id: str, fate: Fate, reason: str = "") -> None:
        """Gives a post id its fate and counts the attempt."""
        self._db.execute(
            "INSERT INTO ledger VALUES (?1, ?2, ?3, 1, ?4) ON CONFLICT DO UPDATE SET"
            " fate = ?2, reason = ?3, attempts = attempts + 1, at = ?4",
            (post_id, fate, reason, datetime.now(UTC).isoformat(timespec="seconds")),
        )

    def redirect(self, post_id: str, to: str) -> bool:
        """Lines that name one id mean another, now and when they are entered again: a retweet's
        original is what is collected. False, and nothing is changed, where that leads in a circle.
        """
        with self.transaction():
            row = self._db.execute(
                "SELECT target FROM redirects WHERE post_id = ?", (to,)
            ).fetchone()
            to = row[0] if row else to
            if to == post_id:
                return False
            self._db.execute("UPDATE redirects SET target = ? WHERE target = ?", (to, post_id))
            self._db.execute("INSERT OR REPLACE INTO redirects VALUES (?, ?)", (post_id, to))
            self._db.execute("UPDATE lines SET post_id = ? WHERE post_id = ?", (to, post_id))
            self._db.execute("DELETE FROM ledger WHERE post_id = ?", (post_id,))
            self._db.execute("INSERT OR IGNORE INTO ledger (post_id) VALUES (?)", (to,))
        return True

    def kept_among(self, ids: Sequence[str]) -> str | None:
        """The first of these ids whose fate is `kept`, or None."""
        for post_id in ids:
            row = self._db.execute(
                "SELECT 1 FROM ledger WHERE post_id = ? AND fate = 'kept'", (post_id,)
            ).fetchone()
            if row:
                return post_id
        return None

    def with_fate(self, *fates: Fate) -> list[Settled]:
        """The ledger rows of these fates (of all, where none is given), by id."""
        where = f"WHERE fate IN ({_marks(fates)})" if fates else ""
        rows = self._db.execute(
            f"SELECT post_id, fate, reason, attempts FROM ledger {where} ORDER BY post_id", fates
        )
        return [Settled(*row) for row in rows]

    def count(self, *fates: Fate) -> int:
        """How many post ids have one of these fates."""
        (number,) = self._db.execute(
            f"SELECT count(*) FROM ledger WHERE fate IN ({_marks(fates)})", fates
        ).fetchone()
        return int(number)

    def ids_after(self, last: str, fates: Sequence[Fate], *, most: int) -> list[str]:
        """The next ids, in order, that have one of these fates; the first ones follow ""."""
        rows = self._db.execute(
            f"SELECT post_id FROM ledger WHERE post_id > ? AND fate IN ({_marks(fates)})"
            " ORDER BY post_id LIMIT ?",
            (last, *fates, most),
        )
        return [post_id for (post_id,) in rows]

    def line_fates(self, *sources: str) -> dict[Fate, int]:
        """How many input lines (of these sources, or of all) have each fate; sums to the lines.

        A post has one line, the first by source and number; its other lines are duplicates.
        """
        numbered = _NUMBERED.format(where=f"WHERE source IN ({_marks(sources)})" if sources else "")
        rows = self._db.execute(
            "SELECT CASE WHEN post_id IS NULL THEN 'refused' WHEN nth > 1 THEN 'duplicate'"
            " ELSE ledger.fate END AS line_fate, count(*)"
            f" FROM {numbered} LEFT JOIN ledger USING (post_id) GROUP BY line_fate",
            sources,
        )
        return dict(rows.fetchall())

    def lines_with(self, fate: Literal["refused", "duplicate"]) -> Iterator[InputLine]:
        """The input lines that stand for no post of their own, by source and number."""
        wanted = "post_id IS NULL" if fate == "refused" else "post_id IS NOT NULL AND nth > 1"
        rows = self._db.execute(
            f"SELECT source, number, text, post_id, reason FROM {_NUMBERED.format(where='')}"
            f" WHERE {wanted} ORDER BY source, number"
        )
        return (InputLine(*row) for row in rows)

    def kept_without_line(self) -> int:
        """How many posts are kept although the input no longer names them."""
        (number,) = self._db.execute(
            "SELECT count(*) FROM ledger WHERE fate = 'kept' AND NOT EXISTS"
            " (SELECT 1 FROM lines WHERE lines.post_id = ledger.post_id)"
        ).fetchone()
        return int(number)


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))
