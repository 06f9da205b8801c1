"""Note where a server listens, and find and stop the processes of servers that killed runs left behind.

This module does not start servers (`server.py`).
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final, Self

from pydantic import BaseModel, ConfigDict, ValidationError

from ...schema.files.atomic_write import write_file
from ...schema.files.given_file import read_whole

NOTE: Final = "server.json"
STOP_S: Final = 15


class ServerNote(BaseModel):
    """The server that was started from a data folder.

    host, port: where it listens.
    document_root: the folder below which it shows pictures.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    host: str
    port: int
    document_root: str

    @classmethod
    def read(cls, data_dir: Path) -> Self | None:
        """Return the note in a data folder; None if there is none, or a run was killed while writing it."""
        try:
            return cls.model_validate_json(read_whole(data_dir / NOTE))
        except (FileNotFoundError, ValidationError):
            return None

    def write(self, data_dir: Path) -> None:
        """Write the note into the data folder."""
        write_file(data_dir / NOTE, self.model_dump_json() + "\n")


def servers_of(data_dir: Path) -> list[int]:
    """Return the process ids of all servers of this data folder, also of those that no note names."""
    ending = os.fsencode(f" --data-dir {data_dir.resolve()}")
    return [pid for pid, command in _command_lines() if command.endswith(ending)]


def end_process(pid: int, *, has_ended: Callable[[], bool]) -> None:
    """Stop the process and its group: SIGTERM first, SIGKILL after STOP_S seconds."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        if has_ended():
            return
        try:
            os.killpg(pid, number)
        except ProcessLookupError:
            return
        until = time.monotonic() + STOP_S
        while not has_ended() and time.monotonic() < until:
            time.sleep(0.05)


def _command_lines() -> Iterator[tuple[int, bytes]]:
    """Yield the process id of every process, and its program and arguments, with blanks between."""
    if Path("/proc/self/cmdline").exists():
        for path in Path("/proc").glob("[0-9]*/cmdline"):
            with suppress(OSError):  # it ended, or is another user's
                yield int(path.parent.name), path.read_bytes().rstrip(b"\0").replace(b"\0", b" ")
        return
    # macOS has no /proc
    ps = ["ps", "-axww", "-o", "pid=,args="]
    for line in subprocess.run(ps, capture_output=True, check=False).stdout.splitlines():
        pid, _, command = line.strip().partition(b" ")
        yield int(pid), command.strip()
