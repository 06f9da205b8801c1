"""Run the installed command as people run it: its whole output, its exit code, and Ctrl-C."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

MNERCTL = Path(sys.executable).with_name("mnerctl")
NOT_INHERITED = ("FORCE_COLOR", "NO_COLOR", "CLICOLOR_FORCE", "PYTHONPATH", "MNERCTL_CACHE")


@dataclass(frozen=True, slots=True)
class Ended:
    """The result of a command. Spaces at line ends, which pad tables, are removed."""

    code: int
    out: str
    err: str


def run(*arguments: str | Path, folder: Path, seconds: float = 240) -> Ended:
    """Run `mnerctl ARGUMENTS` in `folder`."""
    process = started(*arguments, folder=folder)
    out, err = process.communicate(timeout=seconds)
    return Ended(process.returncode, _stripped(out), _stripped(err))


def interrupted(
    *arguments: str | Path, folder: Path, after: str, number: int = signal.SIGINT
) -> Ended:
    """Run the command and press Ctrl-C, or send another signal, when a line of stderr begins with `after`."""
    process = started(*arguments, folder=folder)
    assert process.stderr is not None and process.stdout is not None
    err = ""
    for line in process.stderr:
        if line.startswith(after) and after not in err:
            process.send_signal(number)
        err += line
    with process:
        out = process.stdout.read()
    return Ended(process.returncode, _stripped(out), _stripped(err))


def started(*arguments: str | Path, folder: Path) -> subprocess.Popen[str]:
    """Start the command without a terminal or a hub, with 100 columns and its caches beside `folder`."""
    return subprocess.Popen(
        [MNERCTL, *arguments],
        cwd=folder,
        env=environment(folder),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        preexec_fn=heed_signals,
    )


def heed_signals() -> None:
    """End on Ctrl-C and on a hangup: a background job ignores the first, a job of nohup the second.

    Child processes inherit that, so a `preexec_fn` undoes it.
    """
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


def environment(folder: Path) -> dict[str, str]:
    """Return the variables for a command in `folder`: no hub, 100 columns, caches beside the folder."""
    kept = {name: value for name, value in os.environ.items() if name not in NOT_INHERITED}
    home = folder.with_name(f"{folder.name}-home")
    (home / "tmp").mkdir(parents=True, exist_ok=True)
    return kept | {
        "COLUMNS": "100",
        "HF_HUB_OFFLINE": "1",
        "MNERCTL_CACHE": str(home / "cache"),
        "TMPDIR": str(home / "tmp"),
    }


def left_in_tmp(folder: Path) -> list[str]:
    """Return what commands that ran in `folder` left in the folder for temporary files."""
    home = folder.with_name(f"{folder.name}-home")
    names = [path.name for path in (home / "tmp").iterdir()]
    return sorted(
        name for name in names if not name.startswith("torchinductor")
    )  # torch leaves it, empty


def without_figures(text: str) -> str:
    """Replace decimal numbers by `#` and runs of spaces or dashes by one: scores and seconds vary."""
    return re.sub(r" +", " ", re.sub(r"─+", "─", re.sub(r"\d+\.\d+", "#", text)))


def _stripped(text: str) -> str:
    return "".join(f"{line.rstrip()}\n" for line in text.splitlines())
