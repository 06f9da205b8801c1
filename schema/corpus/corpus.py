"""The corpus: a folder with the SQLite database `corpus.db` and `images/`, used by all wings.

Every database write is a transaction and every file is written by an atomic rename, so `kill -9` loses at
most the work in progress. This module stores posts and raw payloads. Lines and fates are in `ledger.py`,
counts in `counts.py`, pictures in `image_store.py`, annotations and gold in `annotations.py`, removed posts
in `tombstone.py`, and folders of releases in `places.py`. None of them decides a fate, checks spans or uses
the network.
"""

from __future__ import annotations

import hashlib
import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Final, Self

from ..errors import DataError, UsageError, disk_error
from ..files.links import links_in, refuse_links
from ..files.lock import lock
from ..files.privacy import make_private_file
from ..files.sqlite_file import is_locked
from ..post import Post
from .annotations import ANNOTATION_TABLES, AnnotationStore
from .counts import ASKED_TABLES, CountQueries
from .deletions import keep_removed_out
from .image_store import IMAGES
from .ledger import LEDGER_TABLES
from .opening import LOCK, copied, opened
from .places import PlaceStore
from .settings import Settings, read_settings
from .stored import DATABASE, stored
from .tombstone import TOMBSTONE_TABLES, Tombstones

FORMAT: Final = 2
_DISK_ERRORS: Final = {
    *(sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR),
    *(sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_PERM, sqlite3.SQLITE_READONLY),
}


def _is_of_disk(error: sqlite3.Error) -> bool:
    """Return whether the file is at fault; a text that is not UTF-8 has no code of SQLite."""
    code = getattr(error, "sqlite_errorcode", None)
    return "decode" in str(error) if code is None else code & 0xFF in _DISK_ERRORS


_SCHEMA: Final = f"""
PRAGMA journal_mode = WAL;
BEGIN;
{LEDGER_TABLES}
CREATE TABLE posts (id TEXT PRIMARY KEY, lang TEXT, images INTEGER NOT NULL, json TEXT NOT NULL);
CREATE INDEX posts_by_shape ON posts (id, lang, images);
CREATE TABLE payloads (
    post_id TEXT, source TEXT, sha256 TEXT NOT NULL, body BLOB NOT NULL, at TEXT NOT NULL,
    PRIMARY KEY (post_id, source)
);
{ANNOTATION_TABLES}
{ASKED_TABLES}
{TOMBSTONE_TABLES}
PRAGMA user_version = {FORMAT};
COMMIT;
"""


class Corpus(Tombstones, CountQueries, AnnotationStore, PlaceStore):
    """An open corpus. As a context manager it closes the database and turns disk errors into DataError."""

    @classmethod
    def open(cls, folder: Path, *, create: bool = False, dry_run: bool = False) -> Self:
        """Open the corpus in `folder`.

        Args:
            folder: its folder.
            create: make it if there is none.
            dry_run: work on a private copy. Nothing in the folder changes, whatever is done to the copy.

        Raises:
            DataError: there is no corpus and `create` is false, its format is another one, a file or folder
                of it is a link, or the files cannot be opened.
        """
        path = folder / DATABASE
        refuse_links(folder, links_in(folder, IMAGES))
        if not path.is_file() and not create:
            raise DataError(
                f"{folder}: no corpus ({DATABASE} is not there)",
                f"mnerctl fetch urls.txt --corpus {folder}",
            )
        try:
            connection = copied(path) if dry_run else opened(path, create=create)
            connection.execute("PRAGMA trusted_schema = OFF")  # somebody else may have made it
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            if create and not connection.execute("SELECT 1 FROM sqlite_master").fetchone():
                connection.executescript(_SCHEMA)
                version = FORMAT
            connection.execute(
                "PRAGMA synchronous = NORMAL"
            )  # with WAL, a commit survives a killed process
        except (OSError, sqlite3.Error) as error:
            where, why = (
                (error.filename or path, error.strerror)
                if isinstance(error, OSError)
                else (path, error)
            )
            raise DataError(
                f"{where}: {why}", "check the folder's permissions and space"
            ) from error
        if version != FORMAT:
            connection.close()
            raise DataError(
                f"{path}: corpus format {version}; this mnerctl reads {FORMAT}",
                "use the version of mnerctl that made it",
            )
        keep_removed_out(connection)
        return cls(folder, connection, is_copy=dry_run)

    @cached_property
    def settings(self) -> Settings:
        """The settings of the dataset, from `mnerctl.toml` in the folder."""
        return read_settings(self.folder)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        self._db.close()
        if isinstance(error, sqlite3.Error) and _is_of_disk(error):
            raise disk_error(self.folder / DATABASE, error) from error

    @contextmanager
    def only_writer(self) -> Iterator[None]:
        """Lock the corpus for one `fetch` or `comply`; a dry run only looks at the lock.

        Raises:
            UsageError: another process holds the lock.
        """
        if self.is_copy:
            if is_locked(self.folder / LOCK):
                raise self._is_busy()
            yield
            return
        try:
            make_private_file(self.folder / LOCK)
        except OSError as error:
            raise disk_error(self.folder / LOCK, error) from error
        with lock(self.folder / LOCK) as is_ours:
            if not is_ours:
                raise self._is_busy()
            yield

    def _is_busy(self) -> UsageError:
        return UsageError(
            f"{self.folder}: another fetch or comply is running on this corpus",
            f"wait until it ends, then: mnerctl status --corpus {self.folder}",
        )

    def put_post(self, post: Post) -> None:
        """Store a post, replacing an earlier state of it."""
        self._insert(
            "INSERT OR REPLACE INTO posts VALUES (?, ?, ?, ?)",
            (post.id, post.lang, len(post.images), post.model_dump_json()),
        )

    def post(self, post_id: str) -> Post | None:
        """Return the post, or None if it was not collected."""
        row = self._db.execute("SELECT json FROM posts WHERE id = ?", (post_id,)).fetchone()
        return stored(Post, row[0], self.folder) if row else None

    def kept_post(self, post_id: str) -> Post | None:
        """Return the post if its fate is `kept`, else None."""
        row = self._db.execute(
            "SELECT json FROM posts JOIN ledger ON id = post_id WHERE id = ? AND fate = 'kept'",
            (post_id,),
        ).fetchone()
        return Post.model_validate_json(row[0]) if row else None

    def pending_posts(self) -> list[str]:
        """Return the ids of collected posts that are still pending: their pictures are missing."""
        rows = self._db.execute(
            "SELECT id FROM ledger JOIN posts ON id = post_id WHERE fate = 'pending' ORDER BY id"
        )
        return [post_id for (post_id,) in rows]

    def has_post(self, post_id: str) -> bool:
        """Return whether the post was collected, kept or not."""
        rows = self._db.execute("SELECT 1 FROM posts WHERE id = ?", (post_id,))
        return rows.fetchone() is not None

    def kept_posts(self) -> Iterator[Post]:
        """Yield the posts with the fate `kept`, ordered by id."""
        rows = self._db.execute(
            "SELECT json FROM posts JOIN ledger ON id = post_id WHERE fate = 'kept' ORDER BY id"
        )
        for (text,) in rows:
            yield stored(Post, text, self.folder)

    def put_payload(self, post_id: str, source: str, body: bytes) -> None:
        """Store the answer of a source, compressed, so that a better parser can read it again."""
        self._insert(
            "INSERT OR REPLACE INTO payloads VALUES (?, ?, ?, ?, ?)",
            (
                post_id,
                source,
                hashlib.sha256(body).hexdigest(),
                zlib.compress(body),
                datetime.now(UTC).isoformat(timespec="seconds"),
            ),
        )

    def payload(self, post_id: str, source: str) -> bytes | None:
        """Return the answer of the source, or None.

        Raises:
            DataError: the answer does not match its checksum.
        """
        row = self._db.execute(
            "SELECT sha256, body FROM payloads WHERE post_id = ? AND source = ?", (post_id, source)
        ).fetchone()
        if row is None:
            return None
        body = zlib.decompress(row[1])
        if hashlib.sha256(body).hexdigest() != row[0]:
            raise DataError(
                f"{self.folder}: the payload of post {post_id} is damaged",
                "restore corpus.db from a backup",
            )
        return body

    def payload_sources(self, post_id: str) -> list[str]:
        """Return the names of the sources whose answer for this id is stored."""
        rows = self._db.execute("SELECT source FROM payloads WHERE post_id = ?", (post_id,))
        return [source for (source,) in rows]

    def payloads(self) -> Iterator[tuple[str, str, bytes]]:
        """Yield (post id, source, answer) of all payloads; they may be replaced meanwhile."""
        keys = self._db.execute("SELECT post_id, source FROM payloads").fetchall()
        for post_id, source in keys:
            if (body := self.payload(post_id, source)) is not None:
                yield post_id, source, body

    def drop_payloads(self, post_id: str) -> bool:
        """Delete the answers of all sources for this id, and return whether there were any."""
        return self._db.execute("DELETE FROM payloads WHERE post_id = ?", (post_id,)).rowcount > 0
