"""The command `mnerctl`: its subcommands, and the one place that turns errors into exit codes."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from typing import Annotated, NoReturn

import typer

from .collect.comply import comply
from .collect.fetch import fetch
from .collect.status import status
from .demo import demo
from .help import TitledGroup
from .label.group import label
from .release.build_plus import build_plus
from .release.group import release
from .stop import Stop
from .train.ask import ask
from .train.compare import compare
from .train.predict import predict
from .train.suspects import suspects
from .train.train_check import train_check
from .values import CheckedTyper
from .visible import shield

TRY, COLLECT, ANNOTATE, RELEASE, TRAIN = (
    "Try it",
    "Collect posts",
    "Annotate them",
    "Make releases",
    "Train and judge",
)


class _Commands(TitledGroup):
    titles = (TRY, COLLECT, ANNOTATE, RELEASE, TRAIN)


app = CheckedTyper(
    name="mnerctl",
    help="Make a multi-image multimodal named-entity dataset from social-media posts.",
    cls=_Commands,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command(rich_help_panel=TRY)(demo)
app.command(rich_help_panel=COLLECT)(fetch)
app.command(rich_help_panel=COLLECT)(status)
app.command(rich_help_panel=COLLECT)(comply)
app.add_typer(label, rich_help_panel=ANNOTATE)
app.add_typer(release, rich_help_panel=RELEASE)
app.command(rich_help_panel=RELEASE)(build_plus)
app.command(rich_help_panel=TRAIN)(train_check)
app.command(rich_help_panel=TRAIN)(suspects)
app.command(rich_help_panel=TRAIN)(compare)
app.command(rich_help_panel=TRAIN)(ask)
app.command(rich_help_panel=TRAIN)(predict)

USAGE, INTERRUPTED = 2, 130  # typer returns the second number after Ctrl-C
WrongUsage: type[Exception] = typer.BadParameter.__bases__[
    0
]  # click's UsageError, not public in typer


def _print_version(is_asked: bool) -> None:
    if is_asked:
        from importlib.metadata import version

        from .console import print_line

        print_line(f"mnerctl {version('mnerctl')}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool,
        typer.Option(
            "--version", help="Show the version and exit.", callback=_print_version, is_eager=True
        ),
    ] = False,
) -> None:
    """Make a multi-image multimodal named-entity dataset from social-media posts."""
    _say_what_writers_remove()


def _say_what_writers_remove() -> None:
    """Print the log of `schema/files/leftovers.py`, which no writer passes on."""
    import logging

    class Sayer(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            from .console import say

            say(record.getMessage())

    logger = logging.getLogger("mnerctl.schema.files.leftovers")
    logger.setLevel(logging.INFO)
    logger.propagate = False
    logger.handlers = [Sayer()]


def main() -> NoReturn:
    """Run the command in `sys.argv`, print errors that are meant for people, and exit.

    All output passes the shield of `visible.py`. Any exception that is no `MnerctlError` and no error of the
    disk is a bug and keeps its traceback.
    """
    shield()
    stop = Stop()
    stop.listen()
    try:
        with _only_first_process_prints():
            code = _run()
    except (typer.Abort, KeyboardInterrupt):
        code = INTERRUPTED
    if code == INTERRUPTED:
        from .console import say

        say(f"{stop.words}: finished work is kept; run the same command to go on")
        code = stop.exit_code
    sys.exit(code)


def _run() -> int:
    """Run the command and return its exit code; an error is printed."""
    try:
        code = typer.main.get_command(app).main(prog_name="mnerctl", standalone_mode=False)
    except WrongUsage as error:
        error.show()  # type: ignore[attr-defined]
        return USAGE
    except Exception as error:
        from ..schema.errors import MnerctlError

        if not isinstance(told := _told(error), MnerctlError):
            raise
        from .console import print_error

        print_error(told)
        return told.exit_code
    return code if isinstance(code, int) else 0


def _told(error: Exception) -> Exception:
    """Return an error of the disk as one for people: it names a file, so it is no bug of mnerctl."""
    if not (isinstance(error, OSError) and isinstance(error.filename, str)):
        return error
    from ..schema.errors import DataError

    return DataError(
        f"{error.filename}: {error.strerror}", "check the path, its permissions and the space"
    )


@contextmanager
def _only_first_process_prints() -> Iterator[None]:
    """Silence every process that `torchrun` started except the first."""
    if os.environ.get("RANK", "0") == "0":
        yield
        return
    with open(os.devnull, "w") as nowhere, redirect_stdout(nowhere), redirect_stderr(nowhere):
        yield
