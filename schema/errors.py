"""The errors that people see. Each carries a message, a next step and the exit code of the command.

    MnerctlError              never raised itself
    ├── UsageError        2   the command was called in a way that cannot work
    ├── DataError         3   an input file or folder is wrong; holds the problems that were found
    ├── RemoteError       4   another machine or server refused, failed or is not there
    ├── CheckFailed       5   everything ran, and the verdict is no
    └── PartlyDone        6   some of the work is done and kept; the same command does the rest

Wrong *data rows* are not exceptions but `Problem` rows; a `DataError` closes a list of them.
Any other exception that reaches the user is a bug in mnerctl and keeps its traceback.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from .problem import Problem


class MnerctlError(Exception):
    """An error with a message (the thing, the value, the rule) and a hint (what to type next)."""

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
    """Another machine or server refused, failed or is not there."""

    exit_code = 4


class CheckFailed(MnerctlError):
    """A check of a release said no."""

    exit_code = 5


class PartlyDone(MnerctlError):
    """Part of the work is done and kept; running the same command again does the rest."""

    exit_code = 6
