"""Note the process of a server on disk, so that one left behind by a killed run can be found and stopped.

This module does not start servers (`server.py`).
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final, Self

from pydantic import BaseModel, ConfigDict, ValidationError

from ...schema.files.atomic_write import write_file
from ...schema.files.given_file import read_whole

NOTE: Final = "server.json"
STOP_S: Final = 15


class ServerNote(BaseModel):
    """The server that was started from a data folder.

    pid: its process id.
    host, port: where it listens.
    document_root: the folder below which it shows pictures.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    pid: int
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


def is_server_of(pid: int, data_dir: Path) -> bool:
    """Return whether process `pid` is a server of this data folder, not a later process with the same id."""
    return os.fsencode(data_dir.resolve()) in _command_line(pid)


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


def _command_line(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        if Path("/proc/self/cmdline").exists():
            return b""
    # macOS has no /proc
    ps = ["ps", "-ww", "-o", "args=", "-p", str(pid)]
    return subprocess.run(ps, capture_output=True, check=False).stdout
