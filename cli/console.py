"""Everything the commands print: tables and JSON on stdout, progress and problems on stderr.

The wings never print. They report counts through a callback, which `progress` draws as a bar in a terminal
and as a few lines in a log. Texts of posts, names and paths are shown with the marks of `visible.py`: one row
is one line, and no text steers the terminal.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from rich import box
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.text import Text

from ..schema.errors import MnerctlError
from ..schema.problem import Problem
from ..schema.progress import OnCount
from .visible import behind_shield, shielded, visible, visible_json, visible_line

MAX_PER_RULE = 3
MAX_FIRST = 10
STYLES: Final = {"error": "red", "warning": "yellow", "note": "dim"}
LOG_LINES = 10
OnLeft = Callable[[float], None]
"""Called with the seconds that are left."""


def say(text: str) -> None:
    """Print one line for people on stderr."""
    print(visible_line(text), file=sys.stderr, flush=True)


def print_line(text: str) -> None:
    """Print one line on stdout."""
    print(visible_line(text), flush=True)


def print_document(text: str) -> None:
    """Print a text of several lines on stdout, such as Markdown."""
    print(visible(text), end="")


def print_json(document: object) -> None:
    """Print the one JSON document of a command on stdout: exact, with escapes for what steers a terminal."""
    text = json.dumps(document, ensure_ascii=False, indent=2)
    print(visible_json(text, behind_shield(sys.stdout).encoding or "utf-8"))


def terminal_width() -> int:
    """Return how many columns of text a line on stdout has."""
    return Console(file=sys.stdout).width


def print_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print a table on stdout, with columns of numbers aligned right."""
    table = Table(
        title=Text(visible_line(title), style="bold"), box=box.SIMPLE_HEAD, title_justify="left"
    )
    shown = [[visible_line(str(cell)) for cell in row] for row in rows]
    for position, column in enumerate(columns):
        is_number = all(re.fullmatch(r"[-+]?[\d.,]*", row[position]) for row in shown)
        table.add_column(Text(visible(column)), justify="right" if is_number else "left")
    for row in shown:
        table.add_row(*map(Text, row))
    Console(file=behind_shield(sys.stdout)).print(table)


def print_problems(problems: Sequence[Problem]) -> None:
    """Print problem rows on stderr, errors first: the first few of each rule, then a count of the others."""
    console = Console(file=behind_shield(sys.stderr))
    shown: Counter[tuple[str, str]] = Counter()
    for problem in sorted(problems, key=lambda problem: list(STYLES).index(problem.level)):
        kind = (problem.level, problem.rule)
        shown[kind] += 1
        if shown[kind] <= MAX_PER_RULE:
            text = f"{problem.where}: {problem.found}; wanted {problem.wanted}"
            text += f" ({problem.detail})" if problem.detail else ""
            head = (problem.level, STYLES[problem.level])
            row = Text.assemble(head, visible_line(f" {problem.rule} {text}"))
            console.print(row, highlight=False, soft_wrap=True)
    for (level, rule), times in shown.items():
        if times > MAX_PER_RULE:
            say(f"{level} {rule}: {times - MAX_PER_RULE} more like these")


class FirstFew:
    """Prints the first few problems as they come; `say_more` then prints how many others there were."""

    def __init__(self) -> None:
        self._count = 0

    def __call__(self, problem: Problem) -> None:
        self._count += 1
        if self._count <= MAX_FIRST:
            print_problems([problem])

    def say_more(self, where: str) -> None:
        if self._count > MAX_FIRST:
            say(f"{self._count - MAX_FIRST:,} more like these{where}")


def print_error(error: MnerctlError) -> None:
    """Print the problems behind an error, then two lines: what is wrong, and what to type next."""
    print_problems(error.problems)
    say(f"error: {error.message}")
    say(f"  try: {error.hint}")


@contextmanager
def progress(label: str) -> Iterator[OnCount]:
    """Return a callback that draws the progress of a long step on stderr; the bar knows the time left."""
    with _drawn(label, TimeRemainingColumn()) as (on_count, _):
        yield on_count


@contextmanager
def timed_progress(label: str) -> Iterator[tuple[OnCount, OnLeft]]:
    """Return a callback as `progress` does, and one that takes the seconds left, which the step computes."""
    with _drawn(label, TextColumn("{task.fields[left]}", markup=False)) as callbacks:
        yield callbacks


@contextmanager
def _drawn(label: str, time_left: ProgressColumn) -> Iterator[tuple[OnCount, OnLeft]]:
    stream = behind_shield(sys.stderr)
    if not stream.isatty():
        yield _logged(label)
        return
    text = TextColumn("{task.description}", markup=False)
    columns = (text, BarColumn(), MofNCompleteColumn(), time_left)
    with Progress(*columns, console=Console(file=stream), transient=True) as bar, shielded():
        task = bar.add_task(visible_line(label), total=None, left="")

        def on_count(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        def on_left(seconds: float) -> None:
            bar.update(task, left=_about(seconds))

        yield on_count, on_left


def countdown() -> Callable[[float, str], None]:
    """Return a callback that shows a wait; it takes (seconds left, why) every second, and 0 at the end."""
    shown: list[str] = []

    def on_wait(left: float, why: str) -> None:
        stream = behind_shield(sys.stderr)
        if not stream.isatty():
            if left and why not in shown:
                say(f"waiting {left:,.0f} s: {why}")
            shown[:] = [why] if left else []
            return
        line = visible_line(f"waiting {left:,.0f} s: {why}") if left else ""
        print(f"\r\033[K{line}", end="", file=stream, flush=True)

    return on_wait


def _about(seconds: float) -> str:
    from ..model.training.duration import duration

    return f"about {duration(seconds)} left"


def _logged(label: str) -> tuple[OnCount, OnLeft]:
    logged, left = 0, ""

    def on_count(done: int, total: int) -> None:
        nonlocal logged
        tenth = LOG_LINES * done // total if total else LOG_LINES
        if tenth > logged:
            logged = tenth
            say(f"{label}: {done} of {total}{left if done < total else ''}")

    def on_left(seconds: float) -> None:
        nonlocal left
        left = f", {_about(seconds)}"

    return on_count, on_left
