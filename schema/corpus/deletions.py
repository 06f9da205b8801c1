"""Keep removed posts out of the corpus: the one place that knows which ids must never hold data again.

Every connection that opens a corpus gets triggers that refuse a row of a removed post, or of an id that
resolves to one, in the tables with content. A trigger runs inside the transaction that writes, so an
annotation that was checked before a removal and is stored after it is refused. `tombstone.py` removes posts.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Set
from contextlib import contextmanager
from typing import Final

from ..errors import DataError
from ..post_url import AUTHORLESS
from ..removed_posts import RemovedPosts
from .database import REMOVED, Database

HOLDERS: Final = {"posts": "id", "payloads": "post_id", "annotations": "post_id", "gold": "post_id"}
"""The tables with content of posts, and their column with the post id."""
_REMOVED_IDS: Final = """
    SELECT post_id FROM tombstones
    UNION SELECT g.post_id FROM tombstones AS t JOIN ledger AS g ON g.same_as = t.post_id
"""
_REFUSE: Final = f"""
CREATE TEMP TRIGGER keep_removed_out_of_{{table}} BEFORE INSERT ON main.{{table}}
WHEN EXISTS (SELECT 1 FROM tombstones WHERE post_id = coalesce(
    (SELECT same_as FROM ledger WHERE post_id = NEW.{{key}}), NEW.{{key}}))
BEGIN SELECT RAISE(ABORT, '{REMOVED}'); END;
"""
_FOLLOW: Final = """
CREATE TEMP TRIGGER remove_what_resolves_to_removed AFTER UPDATE OF same_as ON main.ledger
WHEN EXISTS (SELECT 1 FROM tombstones WHERE post_id = NEW.same_as)
BEGIN
    DELETE FROM posts WHERE id = NEW.post_id;
    DELETE FROM payloads WHERE post_id = NEW.post_id;
    DELETE FROM annotations WHERE post_id = NEW.post_id;
    DELETE FROM gold WHERE post_id = NEW.post_id;
    UPDATE tombstones SET remains = coalesce(remains, '[]') WHERE post_id = NEW.same_as;
END;
"""


def keep_removed_out(connection: sqlite3.Connection) -> None:
    """Make the connection refuse rows of removed posts, and overwrite what it deletes with zeros."""
    connection.execute("PRAGMA secure_delete = ON")
    for table, key in HOLDERS.items():
        connection.execute(_REFUSE.format(table=table, key=key))
    connection.execute(_FOLLOW)


class Deletions(Database):
    """The ids of removed posts in an open corpus."""

    def removed_ids(self) -> Set[str]:
        """Return the ids of removed posts, and the ids that resolve to them."""
        return {post_id for (post_id,) in self._db.execute(_REMOVED_IDS)}

    @contextmanager
    def none_removed(self, ids: Iterable[str]) -> Iterator[None]:
        """Check that none of these posts was removed; inside the block none can be.

        Raises:
            DataError: one was removed. The caller read it before, and must not write it now.
        """
        with self.removed_of(ids) as removed:
            if removed.ids:
                raise DataError(
                    f"{self.folder}: post {min(removed.ids)} was removed from the corpus while this command"
                    " ran; nothing was written",
                    "run the same command again",
                )
            yield

    @contextmanager
    def removed_of(self, ids: Iterable[str]) -> Iterator[RemovedPosts]:
        """Yield those of these posts that were removed; inside the block no other can be."""
        with self.transaction():
            yield RemovedPosts(self.folder, frozenset(self.removed_ids() & set(ids)))

    def purge_removed(self) -> int:
        """Delete the rows that the corpus still has of removed posts, and return how many there were.

        Only an earlier version of mnerctl can have left them. Input lines of removed posts lose the name of
        the author. The burials become unfinished, so that the deleted bytes are overwritten.
        """
        with self.transaction():
            found: dict[str, None] = {}
            rows = 0
            for table, key in HOLDERS.items():
                ids = self._db.execute(
                    f"SELECT {key} FROM {table} WHERE {key} IN ({_REMOVED_IDS})"
                ).fetchall()
                rows += len(ids)
                found |= {post_id: None for (post_id,) in ids}
                self._db.execute(f"DELETE FROM {table} WHERE {key} IN ({_REMOVED_IDS})")
            named = self.remove_authors()
            for post_id in (*found, *named):
                self._db.execute(
                    "UPDATE tombstones SET remains = coalesce(remains, '[]') WHERE post_id ="
                    " (SELECT coalesce(same_as, post_id) FROM ledger WHERE post_id = ?)",
                    (post_id,),
                )
        return rows

    def remove_authors(self) -> list[str]:
        """Give input lines of removed posts the address without an author, and return the posts' ids."""
        named = (
            f"FROM lines WHERE post_id IN ({_REMOVED_IDS})"
            f" AND text NOT IN (post_id, '{AUTHORLESS}' || post_id)"
        )
        rows = self._db.execute(f"SELECT source, number, post_id {named}").fetchall()
        self._db.executemany(
            "UPDATE lines SET text = ? WHERE source = ? AND number = ?",
            [(f"{AUTHORLESS}{post_id}", source, number) for source, number, post_id in rows],
        )
        return [post_id for _, _, post_id in rows]
