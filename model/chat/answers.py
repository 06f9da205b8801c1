"""The cache of answers: kept as they arrive, by the content of the request, for all releases and runs.

The cache is one SQLite file in the cache folder. The key is the SHA-256 of the model, the version of the
prompt and the whole request with its pictures, but not of the address. An answer contains words of a post, so
it is deleted when its post is withdrawn.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any, Final

from pydantic import ValidationError

from ...schema import DataError
from ...schema.files.privacy import make_private_folder
from ...schema.files.sqlite_file import open_private, reading
from ..inputs.forget import CacheTable, forget_rows
from ..inputs.picture_cache import cache_folder
from .prompt import PROMPT_VERSION
from .reply import Reply

ANSWERS: Final = "answers.db"
TABLE: Final = CacheTable("answers", "key BLOB PRIMARY KEY, record TEXT, reply TEXT", "record")
WAIT_SECONDS: Final = 60
ASKED_AGAIN: Final = "posts are asked about, and paid for, again"


def key_of_request(body: dict[str, Any]) -> bytes:
    """Return the key of a request body without `response_format`.

    The same answer counts, however the server was made to give it.
    """
    content = json.dumps([body["model"], PROMPT_VERSION, body], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(content.encode("utf-8", "surrogatepass")).digest()


class AnswerCache:
    """The cache; several threads and processes can use it at once.

    Raises:
        DataError: the file is damaged, by any method.
    """

    def __init__(self) -> None:
        folder = cache_folder()
        self._path = folder / ANSWERS
        self._lock = Lock()
        with _readable(self._path):
            make_private_folder(folder)
            self._db = open_private(self._path, timeout=WAIT_SECONDS, check_same_thread=False)
            self._db.execute(TABLE.create)

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def get(self, key: bytes) -> Reply | None:
        """Return the answer to this request, or None if there is none yet."""
        with self._lock, _readable(self._path):
            return _reply(self._db, self._path, key)

    def put(self, key: bytes, record_id: str, reply: Reply) -> None:
        """Store an answer; it is on disk when this returns."""
        row = (key, record_id, reply.model_dump_json())
        with self._lock, _readable(self._path):
            self._db.execute("INSERT OR REPLACE INTO answers VALUES (?, ?, ?)", row)


def stored_answers(keys: Iterable[bytes]) -> dict[bytes, Reply]:
    """Return the answers to these requests that the cache has. Nothing on disk changes.

    Raises:
        DataError: the file is damaged.
    """
    path = cache_folder() / ANSWERS
    if not path.is_file():
        return {}
    with _readable(path), reading(path) as db:
        if not db.execute("SELECT 1 FROM sqlite_master WHERE name = 'answers'").fetchone():
            return {}
        return {key: reply for key in keys if (reply := _reply(db, path, key))}


def _reply(db: sqlite3.Connection, path: Path, key: bytes) -> Reply | None:
    row = db.execute("SELECT reply FROM answers WHERE key = ?", (key,)).fetchone()
    if row is None:
        return None
    try:
        return Reply.model_validate_json(row[0])
    except ValidationError as error:
        raise DataError(
            f"{path}: an answer in it is damaged", f"rm {path}*    # {ASKED_AGAIN}"
        ) from error


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    """Raise a DataError with a hint for any error of the database or the disk."""
    try:
        yield
    except (sqlite3.DatabaseError, OSError) as error:
        code = getattr(error, "sqlite_errorcode", None)
        raise DataError(
            f"{path}: {error}",
            f"rm {path}*    # {ASKED_AGAIN}"
            if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
            else "check the folder's permissions and space, or set another one: MNERCTL_CACHE=FOLDER",
        ) from error


def forget_answers(records: Iterable[str], *, dry_run: bool = False) -> int:
    """Delete all answers about the records with these ids, and return how many there were.

    The file is written again, so that no byte of them remains.

    Args:
        records: ids of records.
        dry_run: count only.
    """
    return forget_rows(cache_folder() / ANSWERS, TABLE, records, dry_run=dry_run)
