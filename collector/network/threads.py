"""Threads that read pictures and never hold up the end of the process.

`concurrent.futures` joins its threads when the interpreter ends, so that Ctrl-C would wait for a slow
server. These are daemons: what they were reading is lost, as if the process had been killed, and a
file half written has a name that the next run removes. What it does not do: end a job in the middle.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Generic, TypeVar

T = TypeVar("T")


class Crew(Generic[T]):
    """Some threads and the jobs that wait for them."""

    def __init__(self, threads: int) -> None:
        self._jobs: SimpleQueue[tuple[Future[T], Callable[[], T]] | None] = SimpleQueue()
        self._threads = threads
        for _ in range(threads):
            Thread(target=self._work, daemon=True).start()

    def submit(self, job: Callable[[], T]) -> Future[T]:
        """The result of the job, or what it raised, when a thread has done it."""
        future: Future[T] = Future()
        self._jobs.put((future, job))
        return future

    def dismiss(self) -> None:
        """The threads end when they have done what is in their hands; jobs that wait are dropped."""
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
            except BaseException as error:  # it belongs to whoever waits for the result
                future.set_exception(error)
