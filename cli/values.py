"""Check the values of all options and arguments before a command runs, by rules that all commands share.

A number is finite and not absurd, a path is one that a file can have, and a text can be stored. Each command
of `CheckedTyper` is checked, so that a new one is too.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, Final

import typer

MAX_NUMBER: Final = 10**12


class CheckedTyper(typer.Typer):
    """A group of commands whose values are checked."""

    def command(self, *given: Any, **named: Any) -> Callable[[Any], Any]:
        """Return a decorator that registers a command; arguments are those of `typer.Typer.command`."""
        register = super().command(*given, **named)

        def add(function: Callable[..., Any]) -> Callable[..., Any]:
            register(_checked(function))
            return function

        return add


def _checked(function: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(function)
    def run(**values: Any) -> Any:
        for name, value in values.items():
            for one in value if isinstance(value, list | tuple) else [value]:
                _refuse_odd(name.replace("_", "-"), one)
        return function(**values)

    return run


def _refuse_odd(name: str, value: object) -> None:
    """Check one value; its option or argument is named in the error."""
    fault = ""
    if isinstance(value, Path):
        from ..schema.files.file_name import path_fault

        fault = path_fault(str(value))
    elif isinstance(value, str):
        fault = _text_fault(value)
    elif isinstance(value, int | float) and not abs(value) <= MAX_NUMBER:  # nan is not either
        fault = f"{value!r}; wanted a number from -{MAX_NUMBER:,} to {MAX_NUMBER:,}"
    if fault:
        from ..schema.errors import UsageError

        raise UsageError(f"{name}: {fault}", "mnerctl COMMAND --help    # lists the values")


def _text_fault(text: str) -> str:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return f"{text!a}; wanted UTF-8"
    return "it has a NUL character" if "\0" in text else ""
