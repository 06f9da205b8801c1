"""Tombstones: the id, reason and date of posts that were removed from the corpus, and nothing else of them.

`bury` deletes the rows of a post in one transaction. `finish_burials` then deletes its pictures and rewrites
the database, so that no byte of the deleted text is left. If a run is killed in between, the next call
finishes the work. The callers decide which posts are removed.
"""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
from collections.abc import Set
from contextlib import suppress
from datetime import UTC, datetime
from typing import Final, NamedTuple

from ..errors import PartlyDone
from ..metadata.layout import MetadataFault
from ..metadata.strip import strip
from ..post import Fate, Post
from ..post_url import without_author
from .deletions import HOLDERS
from .image_store import IMAGES, ImageStore
from .ledger import Ledger
from .stored import stored

TOMBSTONE_TABLES: Final = """
CREATE TABLE tombstones (
    post_id TEXT PRIMARY KEY, fate TEXT NOT NULL, reason TEXT NOT NULL, at TEXT NOT NULL,
    was TEXT NOT NULL, remains TEXT
) WITHOUT ROWID;
"""  # remains: the names of its image files, as JSON; NULL when the burial is finished
_ITS_IDS: Final = "(SELECT ?1 UNION SELECT post_id FROM ledger WHERE same_as = ?1)"
_IMAGE_FILE: Final = re.compile(r"([0-9a-f]{64})\.([a-z]{3,4})")


class Tombstone(NamedTuple):
    """What is left of a removed post.

    Attributes:
        post_id: the post.
        fate: its last fate.
        reason: why it was removed.
        at: time of the removal, ISO 8601.
        was: its fate before.
    """

    post_id: str
    fate: Fate
    reason: str
    at: str
    was: Fate


class Tombstones(Ledger, ImageStore):
    """The removed posts of an open corpus."""

    def bury(self, post_id: str, fate: Fate, reason: str) -> None:
        """Delete all rows of a post and of the ids that resolve to it, and set its last fate.

        The other versions of an edited post resolve to it from now on, so that none of them is collected
        again. Neither the reason nor an input line keeps the name of the author.
        """
        row = self._db.execute("SELECT json FROM posts WHERE id = ?", (post_id,)).fetchone()
        post = stored(Post, row[0], self.folder) if row else None
        images = post.images if post else ()
        remains = [
            f"{one.sha256}.{one.extension}" for one in images if one.sha256 and one.media_type
        ]
        if post:
            reason = without_author(reason, post.url)
            self._join_edits(post)
        (was,) = self._db.execute(
            "SELECT fate FROM ledger WHERE post_id = ?", (post_id,)
        ).fetchone()
        for table, key in HOLDERS.items():
            self._db.execute(f"DELETE FROM {table} WHERE {key} IN {_ITS_IDS}", (post_id,))
        self.settle(post_id, fate, reason)
        now = datetime.now(UTC).isoformat(timespec="seconds")
        self._db.execute(
            "INSERT OR REPLACE INTO tombstones VALUES (?, ?, ?, ?, ?, ?)",
            (post_id, fate, reason, now, was, json.dumps(remains)),
        )
        self.remove_authors()

    def _join_edits(self, post: Post) -> None:
        """Make the other versions of a post resolve to it, unless they are settled already."""
        for other in post.edit_ids:
            if other != post.id:
                self._db.execute(
                    "INSERT INTO ledger (post_id, fate, reason, same_as) VALUES (?, 'duplicate', ?, ?)"
                    " ON CONFLICT DO UPDATE SET fate = excluded.fate, reason = excluded.reason,"
                    " same_as = excluded.same_as WHERE fate = 'pending' AND same_as IS NULL",
                    (other, f"another edit of {post.id}", post.id),
                )

    def tombstones(self) -> list[Tombstone]:
        """Return all tombstones, ordered by post id."""
        rows = self._db.execute(
            "SELECT post_id, fate, reason, at, was FROM tombstones ORDER BY post_id"
        )
        return [Tombstone(*row) for row in rows]

    def unfinished_burials(self) -> list[str]:
        """Return the ids whose pictures or deleted text may still be in the files of the corpus."""
        rows = self._db.execute("SELECT post_id FROM tombstones WHERE remains IS NOT NULL")
        return [post_id for (post_id,) in rows]

    def unfinished_pictures(self) -> dict[str, str]:
        """Return the pictures to delete, SHA-256 to extension: no post of the corpus has them.

        They are the pictures of buried posts, and every other image file that no post names: of a post that
        was buried before its pictures were settled, nothing else is known. With no burial there are none.
        """
        if not self._db.execute("SELECT 1 FROM tombstones").fetchone():
            return {}
        rows = self._db.execute("SELECT remains FROM tombstones WHERE remains IS NOT NULL")
        owed = [name for (names,) in rows.fetchall() for name in json.loads(names)]
        stored = [path.name for path in self.folder.glob(f"{IMAGES}/[0-9a-f][0-9a-f]/*")]
        used = self._images_in_use()
        named = filter(None, map(_IMAGE_FILE.fullmatch, (*owed, *stored)))
        return {one[1]: one[2] for one in named if one[1] not in used}

    def unfinished_hashes(self) -> set[str]:
        """Return the SHA-256 of the pictures to delete, as the corpus has them and as a release does.

        A release has them without metadata, so what was made from it is found by the other hash.
        """
        hashes = set()
        for sha256, extension in self.unfinished_pictures().items():
            hashes.add(sha256)
            with suppress(OSError, MetadataFault):
                content = self.stored_image(sha256, extension).read_bytes()
                hashes.add(hashlib.sha256(strip(content).content).hexdigest())
        return hashes

    def finish_burials(self) -> None:
        """Delete pictures that no post has, and all deleted bytes in the database's files.

        Raises:
            PartlyDone: another process is reading the corpus.
        """
        self.refuse_copy()
        for sha256, extension in self.unfinished_pictures().items():
            self.image_path(sha256, extension).unlink(missing_ok=True)
        if self.unfinished_burials():
            self._db.execute("UPDATE tombstones SET remains = '[]' WHERE remains IS NOT NULL")
            self._rewrite_database()
            self._db.execute("UPDATE tombstones SET remains = NULL")

    def _images_in_use(self) -> Set[str]:
        rows = self._db.execute(
            "SELECT json_extract(value, '$.sha256') FROM posts, json_each(posts.json, '$.images')"
        )
        return {sha256 for (sha256,) in rows if sha256}

    def _rewrite_database(self) -> None:
        """Overwrite deleted rows, which SQLite only marks as free: vacuum the file, then empty the log."""
        try:
            self._db.execute("VACUUM")
            (busy, *_) = self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                raise
            busy = True
        if busy:
            raise PartlyDone(
                f"{self.folder}: another process reads the corpus, so deleted text is still in its files",
                f"close it, then: mnerctl comply --corpus {self.folder}    # requests nothing again",
            )
