"""SQLite files: made private, and read without a change to any file beside them.

SQLite changes files where one would not expect it. Opening a database creates its log and index, closing it
writes the log of a killed run into it, and a transaction that is undone may leave both longer. A dry run
therefore never opens a file of the user in the ordinary way: it reads through `reading`, and what it tries
out happens in the private copy of `copy_of`, which has no name on any disk.
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from ..errors import DataError
from .privacy import make_private_file

WAIT_SECONDS: Final = 30
_LEFT: Final = ("-wal", "-journal")
"""Files beside a database that hold content which is not in it yet."""
_TRIES: Final = 5
_VERSIONS: Final = slice(18, 20)  # of the header; 2 means that the database has a write-ahead log
_WITH_LOG: Final = b"\2\2"


def open_private(
    path: Path, *, timeout: float = WAIT_SECONDS, check_same_thread: bool = True
) -> sqlite3.Connection:
    """Open a database to read and write it, after making it if it does not exist.

    A new file is as private as `make_private_file` says, whatever the umask is; SQLite gives the same
    permissions to the files that it makes beside it.

    Raises:
        OSError, sqlite3.Error: it cannot be made or opened.
    """
    make_private_file(path)
    return sqlite3.connect(
        path, isolation_level=None, timeout=timeout, check_same_thread=check_same_thread
    )


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """Yield a connection that reads a database and changes nothing: neither it, nor a file beside it.

    Raises:
        DataError: another process changed it meanwhile.
        OSError, sqlite3.Error: it cannot be read.
    """
    if any(_size(path.with_name(path.name + name)) for name in _LEFT):
        with closing(_recovered(path)) as connection:
            yield connection
        return
    before = _state(path)
    options = "mode=ro&immutable=1" if _has_log(path) else "mode=ro"
    with closing(_connect(path, options)) as connection:
        yield connection
    if _has_log(path) and _state(path) != before:
        raise _changed(path)


def copy_of(path: Path) -> sqlite3.Connection:
    """Return a copy of a database with all its content, which nobody else sees and nothing keeps.

    It is in memory, and what does not fit in a file without a name.

    Raises:
        DataError: another process keeps changing the file.
        OSError, sqlite3.Error: it cannot be read.
    """
    for left in reversed(range(_TRIES)):
        copy = empty_copy()
        try:
            with reading(path) as source:
                source.backup(copy)
            return copy
        except (DataError, sqlite3.DatabaseError):
            copy.close()
            if not left:
                raise
    raise AssertionError


def empty_copy() -> sqlite3.Connection:
    """Return an empty database of the same kind."""
    return sqlite3.connect("", isolation_level=None)


def is_locked(path: Path) -> bool:
    """Return whether another process holds the lock `lock` on this file, without taking it or making it."""
    if not path.is_file():
        return False
    with closing(_connect(path, "mode=ro", timeout=0)) as connection:
        try:
            connection.execute("SELECT 1 FROM sqlite_master").fetchone()
        except sqlite3.OperationalError as error:
            return error.sqlite_errorcode == sqlite3.SQLITE_BUSY
    return False


def _recovered(path: Path) -> sqlite3.Connection:
    """Return a copy of a database whose last changes are still in a file beside it."""
    copy = empty_copy()
    with tempfile.TemporaryDirectory(prefix="mnerctl-") as name:
        for _ in range(_TRIES):
            before = _state(path)
            for end in ("", *_LEFT):
                source = path.with_name(path.name + end)
                if source.is_file():
                    shutil.copyfile(source, Path(name, "db" + end))
            if _state(path) == before:
                break
        else:
            raise _changed(path)
        with closing(sqlite3.connect(Path(name, "db"), isolation_level=None)) as source_copy:
            source_copy.backup(copy)
    return copy


def _connect(path: Path, options: str, *, timeout: float = WAIT_SECONDS) -> sqlite3.Connection:
    uri = f"{path.absolute().as_uri()}?{options}"
    return sqlite3.connect(uri, uri=True, isolation_level=None, timeout=timeout)


def _has_log(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(_VERSIONS.stop)[_VERSIONS] == _WITH_LOG


def _state(path: Path) -> list[tuple[int, int] | None]:
    """Return size and time of the database and of the files that hold content of it."""
    found: list[tuple[int, int] | None] = []
    for end in ("", *_LEFT):
        try:
            about = path.with_name(path.name + end).stat()
        except FileNotFoundError:
            found.append(None)
        else:
            found.append((about.st_size, about.st_mtime_ns))
    return found


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0


def _changed(path: Path) -> DataError:
    return DataError(
        f"{path}: another process is writing to it", "wait until it ends, then run the same command"
    )
