"""What killed runs left behind: find it, tell it from the files of running commands, and remove it.

A process id is used again, and says nothing on another machine; an age says nothing about a long training. So
the rule is one of names and locks (`partial.py`):

- a leftover has the name of a temporary file, and is a regular file, or a folder with nothing but a file
  `lock` and a folder `content`;
- its lock is free, because its maker is dead.

If the lock is held, the maker is alive and nothing is touched. If the disk has no such locks (Windows, some
network disks), or the file may not be opened, nothing is touched either, and the path is reported. A network
disk has to pass locks on to all its machines, which SQLite needs for `corpus.db` too.
"""

from __future__ import annotations

import logging
import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from .partial import CONTENT, LOCK, NAME, delete_folder, take_lock

State = Literal["dead", "running", "unclear"]
_LOG: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Leftovers:
    """What was found.

    Attributes:
        removed: number of leftovers that were removed or, in a dry run, would be.
        running: number of temporary files and folders of running commands; they were left alone.
        unclear: those that could not be judged or removed.
    """

    removed: int = 0
    running: int = 0
    unclear: tuple[Path, ...] = ()


def is_temporary(path: Path) -> bool:
    """Return whether a path has the name of a temporary file or folder, or is in such a folder."""
    return any(NAME.fullmatch(part) for part in path.parts)


def remove_leftovers(
    folders: Iterable[Path], *, below: Iterable[Path] = (), dry_run: bool = False
) -> Leftovers:
    """Remove what killed runs left behind.

    Args:
        folders: folders to look in.
        below: folders to look in and in all folders below; links are not followed.
        dry_run: only count.
    """
    found: dict[str, Path] = {}
    for path in (*_in_all(folders), *_below_all(below)):
        found.setdefault(os.path.realpath(path.parent) + os.sep + path.name, path)
    states = {path: _settle(path, dry_run=dry_run) for path in found.values()}
    return Leftovers(
        removed=sum(state == "dead" for state in states.values()),
        running=sum(state == "running" for state in states.values()),
        unclear=tuple(sorted(path for path, state in states.items() if state == "unclear")),
    )


def clear_place(folder: Path) -> None:
    """Remove what killed runs left in a folder, before something is written there, and log how many."""
    if count := remove_leftovers([folder]).removed:
        _LOG.info("%s: %s removed", folder, counted(count))


def counted(count: int) -> str:
    """Return the number of leftovers in words."""
    return f"{count:,} leftover{'' if count == 1 else 's'} of killed runs"


def _settle(path: Path, *, dry_run: bool) -> State | None:
    """Delete a leftover unless this is a dry run; return its state, None if it is not ours or just went."""
    try:
        mode = path.lstat().st_mode
        if stat.S_ISREG(mode):
            with _asked(path) as state:
                if state == "dead" and not dry_run:
                    path.unlink()
            return state
        if not stat.S_ISDIR(mode) or not {*os.listdir(path)} <= {LOCK, CONTENT}:
            return None
        if not os.path.lexists(path / LOCK):
            return _settle_empty(path, dry_run=dry_run)
        if not stat.S_ISREG((path / LOCK).lstat().st_mode):
            return None
        with _asked(path / LOCK) as state:
            if state == "dead" and not dry_run:
                delete_folder(path)
        return state
    except FileNotFoundError:
        return None  # its maker or another process was faster
    except OSError:
        return "unclear"


def _settle_empty(path: Path, *, dry_run: bool) -> State | None:
    """Delete a folder whose maker was killed before it made the lock file; with content it is not ours."""
    if any(path.iterdir()):
        return None
    if not dry_run:
        path.rmdir()
    return "dead"


@contextmanager
def _asked(path: Path) -> Iterator[State]:
    """Yield whether the maker of a file is alive; if it is dead, nobody else gets the lock in the block."""
    handle = os.open(path, os.O_RDWR | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    try:
        yield _state(handle)
    finally:
        os.close(handle)


def _state(handle: int) -> State:
    try:
        take_lock(handle, may_wait=False)
    except BlockingIOError:
        return "running"
    except OSError:
        return "unclear"
    return "dead"


def _in_all(folders: Iterable[Path]) -> Iterator[Path]:
    for folder in folders:
        with suppress(OSError), os.scandir(folder) as entries:
            for entry in entries:
                if NAME.fullmatch(entry.name):
                    yield folder / entry.name


def _below_all(folders: Iterable[Path]) -> Iterator[Path]:
    for folder in folders:
        for parent, inner, files in os.walk(folder):
            found = [name for name in (*inner, *files) if NAME.fullmatch(name)]
            yield from (Path(parent, name) for name in found)
            inner[:] = [name for name in inner if name not in found]
