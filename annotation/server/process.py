"""The process of a server: noted on disk, so that one left behind by a killed run is found and ended.

What it does not do: start one, or speak to it (`server.py`).
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

NOTE: Final = "server.json"
STOP_S: Final = 15


class ServerNote(BaseModel):
    """What was started from a data folder, by its process number, address and folder of pictures."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    pid: int
    host: str
    port: int
    document_root: str

    @classmethod
    def read(cls, data_dir: Path) -> Self | None:
        """The note in a data folder; None where there is none, or a run was killed while it wrote."""
        try:
            return cls.model_validate_json((data_dir / NOTE).read_bytes())
        except (FileNotFoundError, ValidationError):
            return None

    def write(self, data_dir: Path) -> None:
        """Puts the note into the data folder."""
        (data_dir / NOTE).write_text(self.model_dump_json() + "\n", encoding="utf-8")


def is_server_of(pid: int, data_dir: Path) -> bool:
    """Whether process `pid` is a server of this data folder, and not a later process of the same number."""
    return os.fsencode(data_dir.resolve()) in _command_line(pid)


def end_process(pid: int, *, has_ended: Callable[[], bool]) -> None:
    """Ends the process and its group, politely first."""
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
