"""Random histories of a dataset: commands run at the same time, are killed, and posts are withdrawn.

`run_history` makes one history from a seed. At its end the last command, `comply`, runs once more, and then
no byte of a withdrawn post may be in any file: of its text, its author's name, its pictures, thumbnails and
vectors.
"""

from __future__ import annotations

import io
import os
import shutil
import sqlite3
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from random import Random
from unittest.mock import patch

from mnerctl.schema import MnerctlError
from support.history_world import POSTS, World, make_world, needles
from support.stepwise import Blocked, Steps, killed_at, stepping

LENGTH = 4
"""Number of commands of a history, without those that run inside others."""


class HistoryFailed(AssertionError):
    """Something of a withdrawn post is left. The message is the history."""


class History:
    """One history: the folders, the chance that decides, and what has happened."""

    def __init__(self, seed: int, folder: Path) -> None:
        self.chance = Random(seed)
        self.world = World(folder)
        self.steps = Steps()
        self.log = [f"seed {seed}"]
        self.withdrawn: set[int] = set()
        self.complied: list[tuple[set[int], list[str]]] = []

    def run(self) -> None:
        """Run the commands, then the last `comply`, and look at every file."""
        with self.inside():
            for _ in range(LENGTH):
                self._one(*self._command())
            self.refuse_traces(self._after())
            self._do("comply, the last", lambda: self.world.comply(sorted(self.withdrawn)))
            self.refuse_traces(traces(self.world.folder, self.withdrawn))

    @contextmanager
    def inside(self) -> Iterator[None]:
        """Count the steps of everything inside the block, and use the cache of this history."""
        with stepping(self.steps), patch.dict(os.environ, MNERCTL_CACHE=str(self.world.cache)):
            yield

    def refuse_traces(self, found: Iterator[str]) -> None:
        """Check that nothing was found.

        Raises:
            HistoryFailed: something was found.
        """
        if rows := sorted(found):
            raise HistoryFailed("\n".join([*self.log, "left:", *rows]))

    def _after(self) -> Iterator[str]:
        """Yield what came back after a whole `comply`, before another one could remove it.

        What was made while it ran is named by it, and every other file must have nothing of the posts.
        """
        for posts, unknown in self.complied:
            for row in traces(self.world.folder, posts):
                if not any(row.startswith(one) for one in unknown):
                    yield row

    def _one(self, name: str, work: Callable[[], None]) -> None:
        kind = self.chance.choice(("whole", "killed", "together", "together"))
        step = 1 + int(self.chance.expovariate(self.chance.choice((0.05, 0.3))))
        if kind == "killed":
            killed = killed_at(self.steps, step, lambda: self.quietly(work))
            self.log.append(f"{name}: {f'killed at step {step}' if killed else 'ended'}")
        elif kind == "together":
            self._together(name, work, step)
        else:
            self._do(name, work)

    def _together(self, name: str, work: Callable[[], None], step: int) -> None:
        """Run another command at a step of this one; if it is blocked, run it afterwards."""
        inner_name, inner = self._command()
        blocked = []

        def interrupt() -> None:
            self.log.append(f"{name}: at step {step}:")
            if self._do(f"  {inner_name}", inner) is None:
                blocked.append(inner)

        self.steps.at(step, interrupt)
        self._do(name, work)
        self.steps.forget()
        for one in blocked:
            self._do(f"  {inner_name}, after it", one)

    def _do(self, name: str, work: Callable[[], None]) -> str | None:
        """Do the work, and return what it said, or None if it was blocked."""
        said, outcome = io.StringIO(), "done"
        try:
            with redirect_stderr(said), redirect_stdout(io.StringIO()):
                work()
        except MnerctlError as error:
            outcome = f"{type(error).__name__}: {error.message}"
            if "another fetch or comply" in outcome:
                self.log.append(f"{name}: blocked")
                return None
        except (Blocked, sqlite3.OperationalError) as error:
            if not isinstance(error, Blocked) and "locked" not in str(error):
                raise HistoryFailed("\n".join([*self.log, f"{name}: {error!r}"])) from error
            self.log.append(f"{name}: blocked")
            return None
        except Exception as error:
            raise HistoryFailed("\n".join([*self.log, f"{name}: {error!r}"])) from error
        self.log.append(f"{name}: {outcome}")
        return said.getvalue()

    def quietly(self, work: Callable[[], None]) -> None:
        """Do the work without its output."""
        with redirect_stderr(io.StringIO()), redirect_stdout(io.StringIO()):
            work()

    def _command(self) -> tuple[str, Callable[[], None]]:
        """Choose a command; what a withdrawal names counts as withdrawn from then on, killed or not."""
        world, chance = self.world, self.chance
        name = chance.choice(
            (
                "import",
                "enter",
                "build",
                "merge",
                "gallery",
                "export",
                "report",
                "train",
                "comply",
                "withdraw",
            )
        )
        number, choice = chance.randrange(POSTS), chance.random()
        if name == "comply":
            self.withdrawn.add(number)
            posts = sorted(self.withdrawn)
            return f"comply {posts}", lambda: self._comply(posts)
        if name == "withdraw":
            self.withdrawn.add(number)
            return f"withdraw {number}", lambda: world.withdraw(number, choice)
        if name == "import":
            return f"import {number}", lambda: world.import_spans(number)
        work = getattr(world, name)
        return f"{name} {choice:.2f}", lambda: work(choice)

    def _comply(self, posts: list[int]) -> None:
        """Run `comply`, and remember what it could not reach: what was made meanwhile.

        Where a release was made meanwhile, `comply` names it, and until then everything can be made from it.
        """
        kinds = ("galleries", "exports", "reports")
        releases, before = self.world.made("releases"), self.world.made(*kinds)
        self.world.comply(posts)
        new = [path for path in self.world.made(*kinds) if path not in before]
        names = [f"{path.relative_to(self.world.folder)}/" for path in new]
        if self.world.made("releases") == releases:
            self.complied.append((set(posts), names))


def run_history(seed: int, template: Path, folder: Path) -> History:
    """Run the history of a seed in a copy of the template.

    Raises:
        HistoryFailed: something of a withdrawn post is left; the message is the history.
    """
    shutil.copytree(template, folder)
    try:
        history = History(seed, folder)
        history.run()
        return history
    finally:
        shutil.rmtree(folder)


def traces(folder: Path, withdrawn: set[int]) -> Iterator[str]:
    """Yield the files that have a byte of a withdrawn post, with what it is."""
    wanted = [
        (f"{kind} of {n}", needle) for n in withdrawn for kind, needle in needles(n, withdrawn)
    ]
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_relative_to(folder / "inputs"):
            content = path.read_bytes()
            if path.name == "corpus.db":
                content += _payloads(path)
            for kind, needle in wanted:
                if needle in content:
                    yield f"{path.relative_to(folder)}: {kind}"


def _payloads(path: Path) -> bytes:
    database = sqlite3.connect(path)
    rows = database.execute("SELECT body FROM payloads").fetchall()
    database.close()
    return b"".join(zlib.decompress(body) for (body,) in rows)


__all__ = ["HistoryFailed", "make_world", "run_history"]
