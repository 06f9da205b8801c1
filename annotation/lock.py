"""One holder at a time among all processes: a file that the system frees when its holder dies."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def lock(path: Path, *, on_wait: Callable[[], None] | None = None) -> Iterator[bool]:
    """True while it is ours. Where another has it: False at once, or `on_wait` is called and we wait."""
    import fcntl  # POSIX; elsewhere push and pull work, serve does not

    with path.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if on_wait is None:
                yield False
                return
            on_wait()
            fcntl.flock(file, fcntl.LOCK_EX)
        yield True
