"""One holder at a time among all processes: a file that is free again once its holder has ended or died."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

from .database import disk_error

AT_A_TIME: Final = 3600  # seconds of waiting before SQLite is asked again


@contextmanager
def lock(path: Path, *, on_wait: Callable[[], None] | None = None) -> Iterator[bool]:
    """True while it is ours. Where another has it: False at once, or `on_wait` is called and we wait.

    The lock is SQLite's, on a database that stays empty, so that it is the same on every system. Raises
    DataError where the file cannot be written.
    """
    with ExitStack() as stack:
        try:
            connection = sqlite3.connect(path, isolation_level=None, timeout=0)
            stack.callback(connection.close)
            is_ours = _take(connection)
            if not is_ours and on_wait is not None:
                on_wait()
                connection.execute(f"PRAGMA busy_timeout = {1000 * AT_A_TIME}")
                while not is_ours:
                    is_ours = _take(connection)
        except sqlite3.Error as error:
            raise disk_error(path, error) from error
        yield is_ours


def _take(connection: sqlite3.Connection) -> bool:
    try:
        connection.execute("PRAGMA journal_mode = OFF")  # nothing is written, so no file beside it
        connection.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
            raise
        return False
    return True
