"""A pool of daemon threads that never delays the end of the process.

`concurrent.futures` joins its threads when the interpreter ends, so Ctrl-C would wait for a slow server.
Daemon threads are dropped instead: the picture that they were reading is lost, as if the process had been
killed, and a half-written file has a name by which the next run finds it. A job that has begun cannot be
cancelled.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Generic, TypeVar

T = TypeVar("T")


class DaemonPool(Generic[T]):
    """Daemon threads and a queue of jobs for them."""

    def __init__(self, threads: int) -> None:
        self._jobs: SimpleQueue[tuple[Future[T], Callable[[], T]] | None] = SimpleQueue()
        self._threads = threads
        for _ in range(threads):
            Thread(target=self._work, daemon=True).start()

    def submit(self, job: Callable[[], T]) -> Future[T]:
        """Queue a job and return its future, which gets the result or the exception of the job."""
        future: Future[T] = Future()
        self._jobs.put((future, job))
        return future

    def close(self) -> None:
        """Drop the jobs that have not begun, and end each thread after its current job."""
        with suppress(Empty):
            while True:
                self._jobs.get_nowait()
        for _ in range(self._threads):
            self._jobs.put(None)

    def _work(self) -> None:
        while waiting := self._jobs.get():
            future, job = waiting
            try:
                future.set_result(job())
            except BaseException as error:  # the caller of `result` gets it
                future.set_exception(error)
