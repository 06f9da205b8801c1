"""The ledger of the corpus: every input line has a fate, and the fates sum to the lines.

A line names a post id, and each id has one row in the ledger. Some ids resolve to another post: a retweet to
its original, an edit to a version that the corpus already has. The column `same_as` then holds the other id,
so that both lines are counted and one of them is a duplicate. The collector decides the fates; counts are in
`counts.py`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, NamedTuple

from ..post import Fate
from .deletions import Deletions

_LINES_BY_POST: Final = "CREATE INDEX lines_by_post ON lines (post_id)"
_NO_LINES_BY_POST: Final = "DROP INDEX IF EXISTS lines_by_post"
LEDGER_TABLES: Final = f"""
CREATE TABLE lines (
    source TEXT, number INTEGER, text TEXT NOT NULL, post_id TEXT, reason TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (source, number)
) WITHOUT ROWID;
CREATE TABLE ledger (
    post_id TEXT PRIMARY KEY, fate TEXT NOT NULL DEFAULT 'pending', reason TEXT NOT NULL DEFAULT '',
    can_retry INTEGER NOT NULL DEFAULT 0, same_as TEXT, attempts INTEGER NOT NULL DEFAULT 0, at TEXT,
    checked TEXT
) WITHOUT ROWID;
{_LINES_BY_POST};
CREATE INDEX ledger_by_same ON ledger (same_as) WHERE same_as IS NOT NULL;
"""
_PAGE: Final = 1000
_NO_END: Final = 2**62

_HAS_OWN_LINE: Final = "EXISTS (SELECT 1 FROM lines WHERE lines.post_id = ledger.post_id)"
HAS_LINE: Final = f"""((same_as IS NULL AND {_HAS_OWN_LINE}) OR EXISTS (
    SELECT 1 FROM ledger AS g JOIN lines USING (post_id) WHERE g.same_as = ledger.post_id))"""


class InputLine(NamedTuple):
    """One line of the input.

    Attributes:
        source: file that the line is from.
        number: line number, from 1.
        text: the line.
        post_id: the post that the line names, or None if the line was refused.
        reason: why the line was refused, or the reason of its fate.
    """

    source: str
    number: int
    text: str
    post_id: str | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PostFate:
    """The fate of one post id.

    Attributes:
        post_id: the id.
        fate: its fate.
        reason: why, as text for people.
        attempts: how often it was tried.
    """

    post_id: str
    fate: Fate
    reason: str
    attempts: int


class Ledger(Deletions):
    """The lines and fates of an open corpus."""

    def enter_lines(self, lines: Iterable[InputLine], *, replacing: Collection[str] = ()) -> None:
        """Store input lines and make new ids pending. Entering a line twice changes nothing.

        Args:
            lines: the input lines.
            replacing: sources that are entered completely, with their lines in order. Stored lines of these
                sources that are not in `lines` are deleted. An id that then has no line is not fetched.
        """
        last = dict.fromkeys(replacing, 0)
        gaps: list[
            tuple[str, int, int]
        ] = []  # numbers of lines that are not stored, such as comments

        def with_gaps() -> Iterator[InputLine]:
            for line in lines:
                before = last.get(line.source)
                if before is not None:
                    if line.number > before + 1:
                        gaps.append((line.source, before + 1, line.number - 1))
                    last[line.source] = line.number
                yield line

        with self.transaction():
            is_first = self._db.execute("SELECT 1 FROM lines").fetchone() is None
            if is_first:  # creating the index at the end takes a fifth of the time
                self._db.execute(_NO_LINES_BY_POST)
            changes = self._db.total_changes
            self._db.executemany(
                "INSERT INTO lines VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET"
                " text = excluded.text, post_id = excluded.post_id, reason = excluded.reason"
                " WHERE text != excluded.text OR post_id IS NOT excluded.post_id",
                lines if is_first else with_gaps(),
            )
            if not is_first:
                gaps.extend((source, number + 1, _NO_END) for source, number in last.items())
                self._db.executemany(
                    "DELETE FROM lines WHERE source = ? AND number BETWEEN ? AND ?", gaps
                )
            changes = self._db.total_changes - changes
            if is_first:
                self._db.execute(_LINES_BY_POST)
            if changes:
                self._follow_lines(is_first=is_first)
                self.remove_authors()

    def _follow_lines(self, *, is_first: bool) -> None:
        """Add ledger rows for new ids, and delete unfinished rows that no line leads to any more."""
        self._db.execute(  # sorted, so that a million ids are appended in order
            "INSERT OR IGNORE INTO ledger (post_id)"
            " SELECT DISTINCT post_id FROM lines WHERE post_id IS NOT NULL ORDER BY post_id"
        )
        self._db.execute(
            "INSERT OR IGNORE INTO ledger (post_id)"
            f" SELECT same_as FROM ledger WHERE same_as IS NOT NULL AND {_HAS_OWN_LINE}"
        )
        if not is_first:
            self._db.execute(
                f"DELETE FROM ledger WHERE (fate = 'pending' OR can_retry) AND NOT {HAS_LINE}"
            )

    def settle(
        self, post_id: str, fate: Fate, reason: str = "", *, can_retry: bool = False
    ) -> None:
        """Set the fate of a post id and count the attempt. `can_retry`: another attempt may succeed."""
        self._db.execute(
            "INSERT INTO ledger (post_id, fate, reason, can_retry, attempts, at)"
            " VALUES (?1, ?2, ?3, ?4, 1, ?5) ON CONFLICT DO UPDATE SET"
            " fate = ?2, reason = ?3, can_retry = ?4, attempts = attempts + 1, at = ?5",
            (post_id, fate, reason, can_retry, datetime.now(UTC).isoformat(timespec="seconds")),
        )

    def settle_same(self, post_id: str, other: str, reason: str) -> None:
        """Make the id a duplicate of another post, which becomes pending if it is not in the ledger."""
        row = self._db.execute("SELECT same_as FROM ledger WHERE post_id = ?", (other,)).fetchone()
        meant = row[0] if row and row[0] else other
        if meant == post_id:
            raise ValueError(f"post {post_id}: same as {other}, which is the same as {post_id}")
        self._db.execute("INSERT OR IGNORE INTO ledger (post_id) VALUES (?)", (meant,))
        self.settle(post_id, "duplicate", reason)
        self._db.execute(
            "UPDATE ledger SET same_as = ?1 WHERE post_id = ?2 OR same_as = ?2", (meant, post_id)
        )

    def pending(self) -> Iterator[str]:
        """Yield the pending ids in order; fates may be set meanwhile."""
        last = ""
        while page := self._db.execute(
            "SELECT post_id FROM ledger WHERE fate = 'pending' AND post_id > ?"
            " ORDER BY post_id LIMIT ?",
            (last, _PAGE),
        ).fetchall():
            for (post_id,) in page:
                yield post_id
            last = page[-1][0]

    def reopen(self) -> None:
        """Make ids pending again whose fate another attempt may change."""
        self._db.execute("UPDATE ledger SET fate = 'pending', can_retry = 0 WHERE can_retry")

    def count_open(self) -> tuple[int, int]:
        """Return the numbers of (pending ids, ids whose fate another attempt may change)."""
        pending, failed = self._db.execute(
            "SELECT count(*) FILTER (WHERE fate = 'pending'), count(*) FILTER (WHERE can_retry) FROM ledger"
        ).fetchone()
        return pending, failed

    def with_fate(self, *fates: Fate) -> list[PostFate]:
        """Return the rows with one of these fates, or all rows if none is given, ordered by id."""
        marks = ", ".join("?" * len(fates))
        where = f"WHERE fate IN ({marks})" if fates else ""
        rows = self._db.execute(
            f"SELECT post_id, fate, reason, attempts FROM ledger {where} ORDER BY post_id", fates
        )
        return [PostFate(*row) for row in rows]

    def mark_checked(self, post_id: str) -> None:
        """Record that the post is public at this time."""
        now = datetime.now(UTC).isoformat(timespec="seconds")
        self._db.execute("UPDATE ledger SET checked = ? WHERE post_id = ?", (now, post_id))

    def due(self, since: datetime) -> list[str]:
        """Return the ids of kept posts that were not checked after `since` (in UTC), in order.

        A date later than now is of a wrong clock and says nothing: such a post counts as never checked.
        """
        now = datetime.now(UTC)
        rows = self._db.execute(
            "SELECT post_id FROM ledger WHERE fate = 'kept'"
            " AND (coalesce(checked, '') <= ? OR checked > ?) ORDER BY post_id",
            (since.isoformat(timespec="seconds"), now.isoformat(timespec="seconds")),
        )
        return [post_id for (post_id,) in rows]

    def count_kept(self) -> int:
        """Return the number of kept posts."""
        rows = self._db.execute("SELECT count(*) FROM ledger WHERE fate = 'kept'")
        (kept,) = rows.fetchone()
        return int(kept)

    def resolved_id(self, post_id: str) -> str | None:
        """Return the id of the post that this id resolves to, or None if the ledger does not have it."""
        row = self._db.execute(
            "SELECT coalesce(same_as, post_id) FROM ledger WHERE post_id = ?", (post_id,)
        ).fetchone()
        return row[0] if row else None
