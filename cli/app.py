"""The commands, wired together, and the one place where an error becomes two lines and an exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from typing import NoReturn

import typer

from .collect.comply import comply
from .collect.fetch import fetch
from .collect.status import status
from .demo import demo
from .label.group import label
from .release.build_plus import build_plus
from .release.group import release
from .train.ask import ask
from .train.compare import compare
from .train.predict import predict
from .train.suspects import suspects
from .train.train_check import train_check

app = typer.Typer(
    name="mnerctl",
    help="Make a multi-image multimodal named-entity dataset from social-media posts.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command()(fetch)
app.command()(status)
app.command()(comply)
app.add_typer(label)
app.add_typer(release)
app.command()(build_plus)
app.command()(train_check)
app.command()(predict)
app.command()(compare)
app.command()(ask)
app.command()(suspects)
app.command()(demo)

USAGE, INTERRUPTED = 2, 130
WrongUsage: type[Exception] = typer.BadParameter.__bases__[0]  # typer's own click: no public name


def main() -> NoReturn:
    """Runs the command of `sys.argv`. Errors for people are printed; a bug keeps its traceback."""
    try:
        with _first_process_speaks():
            code = typer.main.get_command(app).main(prog_name="mnerctl", standalone_mode=False)
    except WrongUsage as error:
        error.show()  # type: ignore[attr-defined]
        sys.exit(USAGE)
    except typer.Abort:
        code = INTERRUPTED
    except Exception as error:
        from ..schema.errors import MnerctlError

        if not isinstance(error, MnerctlError):
            raise
        from .console import print_error

        print_error(error)
        sys.exit(error.exit_code)
    if code == INTERRUPTED:  # typer gives this number back for Ctrl-C
        print("interrupted: finished work is kept; run the same command to go on", file=sys.stderr)
    sys.exit(code if isinstance(code, int) else 0)


@contextmanager
def _first_process_speaks() -> Iterator[None]:
    """Within it, only the first of the processes that `torchrun` has started prints anything."""
    if os.environ.get("RANK", "0") == "0":
        yield
        return
    with open(os.devnull, "w") as nowhere, redirect_stdout(nowhere), redirect_stderr(nowhere):
        yield
