"""Stop a piece of work at one of its steps: kill it there, or run other work before it goes on.

A step is a moment that another process could see: before a file or folder is renamed or deleted, before it
is brought to the disk, and before a statement of SQLite that begins, changes or ends something. Nothing is
brought to the disk for real, and work that would wait for a lock fails at once: there is only one process.
"""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

STATEMENTS = {"BEGIN", "COMMIT", "VACUUM", "INSERT", "UPDATE", "DELETE"}
KILLED = 99


class Blocked(Exception):
    """Another one holds the lock; a real process would wait."""


class Steps:
    """Counts steps and does something at one of them."""

    def __init__(self) -> None:
        self._left = 0
        self._action: Callable[[], None] | None = None

    def at(self, number: int, action: Callable[[], None]) -> None:
        """Do something once, before the step with this number, counted from now."""
        self._left, self._action = number, action

    def forget(self) -> None:
        """Do nothing at later steps."""
        self._action = None

    def reach(self) -> None:
        """Count a step."""
        self._left -= 1
        if self._left == 0 and self._action:
            action, self._action = self._action, None
            action()


def killed_at(steps: Steps, number: int, work: Callable[[], None]) -> bool:
    """Do the work in a process that dies before this step, and return whether it was killed."""
    child = os.fork()
    if child == 0:
        try:
            steps.at(number, lambda: os._exit(KILLED))
            work()
            os._exit(0)
        except BaseException:  # the caller does the same work again and sees the error
            os._exit(1)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status) == KILLED


@contextmanager
def stepping(steps: Steps) -> Iterator[None]:
    """Count the steps of everything inside the block."""

    def stepped(function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **options: Any) -> Any:
            steps.reach()
            return function(*arguments, **options)

        return call

    class Connection(sqlite3.Connection):
        def execute(self, sql: str, *values: Any) -> sqlite3.Cursor:
            if sql.split(None, 1)[0].upper() in STATEMENTS:
                steps.reach()
            if "synchronous" in sql:
                sql = "PRAGMA synchronous = OFF"
            return super().execute(sql, *values)

    connect = sqlite3.connect

    def connect_stepped(path: Any, **options: Any) -> sqlite3.Connection:
        return connect(path, **options | {"timeout": 0, "factory": Connection})

    def block() -> None:
        raise Blocked

    with (
        patch.object(os, "fsync", lambda handle: steps.reach()),
        patch.object(os, "replace", stepped(os.replace)),
        patch.object(os, "rename", stepped(os.rename)),
        patch.object(os, "unlink", stepped(os.unlink)),
        patch.object(tempfile, "mkdtemp", stepped(tempfile.mkdtemp)),
        patch.object(sqlite3, "connect", connect_stepped),
        patch("mnerctl.schema.files.lock._no_message", block),
    ):
        yield
