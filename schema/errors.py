"""The errors that users see. Each has a message, a hint and the exit code of the command.

    MnerctlError              the base class; never raised itself
    ├── UsageError        2   the command was called in a way that cannot work
    ├── DataError         3   an input file or folder is missing or wrong; contains the problems found
    ├── RemoteError       4   another machine or server refused, failed or cannot be reached
    ├── CheckFailed       5   the check ran to its end and its verdict is negative
    └── PartlyDone        6   part of the work is done and kept; the same command does the rest

Ctrl-C, SIGTERM and SIGHUP end a command with 128 plus the number of the signal: 130, 143, 129.

Wrong *data rows* are not exceptions but `Problem` rows. A reader collects them and puts them into one
`DataError`. Any other exception that reaches the user is a bug in mnerctl and keeps its traceback.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar, Final

from .problem import Problem

AGAIN: Final = "check the folder's permissions and space, then run the same command again"


class MnerctlError(Exception):
    """The base class of all errors that users see.

    Attributes:
        message: the thing, the value found and the rule.
        hint: what the user can do or type next.
        problems: rows to print before the message.
        exit_code: exit code of the command.
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, hint: str, *, problems: Sequence[Problem] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.problems = tuple(problems)


class UsageError(MnerctlError):
    """The command was called in a way that cannot work."""

    exit_code = 2


class DataError(MnerctlError):
    """An input is missing or wrong."""

    exit_code = 3


class RemoteError(MnerctlError):
    """Another machine or server refused, failed or cannot be reached."""

    exit_code = 4


class CheckFailed(MnerctlError):
    """A check ran to its end and its verdict is negative."""

    exit_code = 5


class PartlyDone(MnerctlError):
    """Part of the work is done and kept; the same command does the rest."""

    exit_code = 6


def disk_error(path: Path, error: Exception) -> DataError:
    """Return the error for a file that cannot be written."""
    why = error.strerror if isinstance(error, OSError) else error
    return DataError(f"{path}: {why}; what was finished is kept", AGAIN)
