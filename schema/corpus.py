"""The corpus: a folder with `corpus.db` (SQLite, WAL) and `images/`, the store that the wings share.

It keeps the input lines and the fate of each post id, posts, raw payloads, annotations and gold.
Every write is a transaction and every file an atomic rename, so that `kill -9` loses at most the
work in flight. What it does not do: decide fates, check spans, or talk to anybody.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import tempfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Final, Literal, Self

from .errors import DataError
from .post import Fate, Post
from .settings import Settings, read_settings, write_settings
from .span import Annotation, Gold

DATABASE: Final = "corpus.db"
FORMAT: Final = 1
LINES_AT_ONCE: Final = 10_000

_SCHEMA: Final = f"""
PRAGMA journal_mode = WAL;
BEGIN;
CREATE TABLE lines (
    source TEXT, number INTEGER, text TEXT NOT NULL, post_id TEXT, reason TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (source, number)
);
CREATE INDEX lines_by_post ON lines (post_id);
CREATE TABLE ledger (
    post_id TEXT PRIMARY KEY, fate TEXT NOT NULL DEFAULT 'pending', reason TEXT NOT NULL DEFAULT '',
    attempts INTEGER NOT NULL DEFAULT 0, at TEXT
) WITHOUT ROWID;
CREATE INDEX ledger_by_fate ON ledger (fate);
CREATE TABLE posts (id TEXT PRIMARY KEY, json TEXT NOT NULL);
CREATE TABLE payloads (
    post_id TEXT, source TEXT, sha256 TEXT NOT NULL, body BLOB NOT NULL, at TEXT NOT NULL,
    PRIMARY KEY (post_id, source)
);
CREATE TABLE annotations (
    post_id TEXT, annotator TEXT, round INTEGER, json TEXT NOT NULL,
    PRIMARY KEY (post_id, annotator, round)
);
CREATE TABLE gold (post_id TEXT PRIMARY KEY, json TEXT NOT NULL);
PRAGMA user_version = {FORMAT};
COMMIT;
"""


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


class Corpus:
    """An open corpus. Use it as a context manager."""

    def __init__(self, folder: Path, connection: sqlite3.Connection) -> None:
        self.folder = folder
        self._db = connection

    @classmethod
    def open(cls, folder: Path, *, create: bool = False) -> Self:
        """Opens the corpus in `folder`. Raises DataError where there is none and `create` is false."""
        path = folder / DATABASE
        is_new = not path.is_file()
        if is_new and not create:
            raise DataError(
                f"{folder}: no corpus ({DATABASE} is not there)",
                f"mnerctl fetch urls.txt --corpus {folder}",
            )
        try:
            folder.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(path, isolation_level=None, timeout=30)
            if is_new:
                write_settings(folder)
                connection.executescript(_SCHEMA)
            version = connection.execute("PRAGMA user_version").fetchone()[0]
        except (OSError, sqlite3.Error) as error:
            raise DataError(
                f"{path}: {error}", "check the folder's permissions and space"
            ) from error
        if version != FORMAT:
            connection.close()
            raise DataError(
                f"{path}: corpus format {version}; this mnerctl reads {FORMAT}",
                "use the version of mnerctl that made it",
            )
        return cls(folder, connection)

    @cached_property
    def settings(self) -> Settings:
        """What belongs to the dataset: `mnerctl.toml` of the folder."""
        return read_settings(self.folder)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All writes inside happen together or not at all."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    # --- the ledger: every input line has a fate ---

    def enter_lines(self, lines: Iterable[InputLine]) -> None:
        """Records input lines and makes the ids that are new pending; entering twice changes nothing."""
        remaining = iter(lines)
        with self.transaction():
            while batch := list(islice(remaining, LINES_AT_ONCE)):
                self._db.executemany(
                    "INSERT INTO lines VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET"
                    " text = excluded.text, post_id = excluded.post_id, reason = excluded.reason"
                    " WHERE text != excluded.text",
                    [
                        (line.source, line.number, line.text, line.post_id, line.reason)
                        for line in batch
                    ],
                )
                self._db.executemany(
                    "INSERT OR IGNORE INTO ledger (post_id) VALUES (?)",
                    [(line.post_id,) for line in batch if line.post_id],
                )

    def settle(self, post_id: str, fate: Fate, reason: str = "") -> None:
        """Gives a post id its fate and counts the attempt."""
        self._db.execute(
            "INSERT INTO ledger VALUES (?1, ?2, ?3, 1, ?4) ON CONFLICT DO UPDATE SET"
            " fate = ?2, reason = ?3, attempts = attempts + 1, at = ?4",
            (post_id, fate, reason, datetime.now(UTC).isoformat(timespec="seconds")),
        )

    def redirect(self, post_id: str, to: str) -> None:
        """The lines that asked for one id mean another: a retweet's original is what is collected."""
        with self.transaction():
            self._db.execute("UPDATE lines SET post_id = ? WHERE post_id = ?", (to, post_id))
            self._db.execute("DELETE FROM ledger WHERE post_id = ?", (post_id,))
            self._db.execute("INSERT OR IGNORE INTO ledger (post_id) VALUES (?)", (to,))

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
        marks = ", ".join("?" * len(fates))
        where = f"WHERE fate IN ({marks})" if fates else ""
        rows = self._db.execute(
            f"SELECT post_id, fate, reason, attempts FROM ledger {where} ORDER BY post_id", fates
        )
        return [Settled(*row) for row in rows]

    def line_fates(self, *sources: str) -> dict[Fate, int]:
        """How many input lines (of these sources, or of all) have each fate; sums to the lines."""
        marks = ", ".join("?" * len(sources))
        where = f"WHERE source IN ({marks})" if sources else ""
        rows = self._db.execute(
            "SELECT CASE WHEN l.post_id IS NULL THEN 'refused' WHEN l.nth > 1 THEN 'duplicate'"
            " ELSE ledger.fate END AS line_fate, count(*) FROM"
            " (SELECT source, post_id, row_number() OVER (PARTITION BY post_id ORDER BY rowid) AS nth"
            f" FROM lines {where}) AS l LEFT JOIN ledger USING (post_id) GROUP BY line_fate",
            sources,
        )
        return dict(rows.fetchall())

    def lines_with(self, fate: Literal["refused", "duplicate"]) -> list[InputLine]:
        """The input lines that stand for no post of their own."""
        wanted = "post_id IS NULL" if fate == "refused" else "nth > 1"
        rows = self._db.execute(
            "SELECT source, number, text, post_id, reason FROM (SELECT *, row_number()"
            " OVER (PARTITION BY post_id ORDER BY rowid) AS nth FROM lines)"
            f" WHERE {wanted} AND (post_id IS NOT NULL OR {fate == 'refused'})"
        )
        return [InputLine(*row) for row in rows]

    # --- posts, payloads, images ---

    def put_post(self, post: Post) -> None:
        """Stores a post, replacing an earlier state of it."""
        self._db.execute(
            "INSERT OR REPLACE INTO posts VALUES (?, ?)", (post.id, post.model_dump_json())
        )

    def post(self, post_id: str) -> Post | None:
        """The post, or None where it was never collected."""
        row = self._db.execute("SELECT json FROM posts WHERE id = ?", (post_id,)).fetchone()
        return Post.model_validate_json(row[0]) if row else None

    def kept_posts(self) -> Iterator[Post]:
        """The posts whose fate is `kept`, by id."""
        rows = self._db.execute(
            "SELECT json FROM posts JOIN ledger ON id = post_id WHERE fate = 'kept' ORDER BY id"
        )
        for (text,) in rows:
            yield Post.model_validate_json(text)

    def put_payload(self, post_id: str, source: str, body: bytes) -> None:
        """Keeps what a source answered, compressed, so that a better parser can read it again."""
        self._db.execute(
            "INSERT OR REPLACE INTO payloads VALUES (?, ?, ?, ?, ?)",
            (
                post_id,
                source,
                hashlib.sha256(body).hexdigest(),
                zlib.compress(body),
                datetime.now(UTC).isoformat(timespec="seconds"),
            ),
        )

    def image_path(self, sha256: str, extension: str) -> Path:
        """Where the original bytes with this hash are kept."""
        return self.folder / "images" / sha256[:2] / f"{sha256}.{extension}"

    def put_image(self, content: bytes, extension: str) -> str:
        """Stores original bytes under their SHA-256 (returned), durably; twice is once."""
        sha256 = hashlib.sha256(content).hexdigest()
        path = self.image_path(sha256, extension)
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, partial = tempfile.mkstemp(dir=path.parent, prefix=".partial-")
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(content)
                    file.flush()
                    os.fsync(file.fileno())
                os.replace(partial, path)
            except BaseException:
                Path(partial).unlink(missing_ok=True)
                raise
        return sha256

    # --- annotations and gold ---

    def put_annotation(self, annotation: Annotation) -> None:
        """Stores an annotator's work on a post in a round, replacing what stood there."""
        key = (annotation.post_id, annotation.annotator, annotation.round)
        self._db.execute(
            "INSERT OR REPLACE INTO annotations VALUES (?, ?, ?, ?)",
            (*key, annotation.model_dump_json()),
        )

    def annotations(self, annotator: str | None = None) -> Iterator[Annotation]:
        """All annotations, or one annotator's, by post, annotator and round."""
        rows = self._db.execute(
            "SELECT json FROM annotations WHERE ?1 IS NULL OR annotator = ?1"
            " ORDER BY post_id, annotator, round",
            (annotator,),
        )
        for (text,) in rows:
            yield Annotation.model_validate_json(text)

    def put_gold(self, gold: Gold) -> None:
        """Stores the decided spans of a post."""
        self._db.execute(
            "INSERT OR REPLACE INTO gold VALUES (?, ?)", (gold.post_id, gold.model_dump_json())
        )

    def gold(self) -> Iterator[Gold]:
        """The decided spans of every post that has them, by post id."""
        for (text,) in self._db.execute("SELECT json FROM gold ORDER BY post_id"):
            yield Gold.model_validate_json(text)
