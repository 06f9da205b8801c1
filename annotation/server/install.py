"""Install Label Studio on first use, in a Python environment of its own (about 1 GB)."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from ...schema import RemoteError
from ...schema.atomic_write import write_file
from ...schema.lock import lock

VERSION: Final = "1.23.2"
ENVIRONMENT_VARIABLE: Final = "MNERCTL_LS_VENV"
DONE: Final = f"mnerctl-{VERSION}"

OnStep = Callable[[str], None]
"""Called with a line to print."""


def environment_dir(environment: Mapping[str, str] = os.environ) -> Path:
    """Return the folder of the server's Python environment, which all data folders share."""
    if chosen := environment.get(ENVIRONMENT_VARIABLE):
        return Path(chosen)
    cache = environment.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "mnerctl" / f"label-studio-{VERSION}"


def install(folder: Path, *, on_step: OnStep = lambda line: None) -> Path:
    """Return the `label-studio` program of the environment in `folder`, after making it if it is missing.

    Raises:
        RemoteError: it cannot be installed.
    """
    program = folder / "bin" / "label-studio"
    if _is_whole(folder):
        return program
    folder.parent.mkdir(parents=True, exist_ok=True)
    with lock(
        folder.with_name(f"{folder.name}.lock"),
        on_wait=lambda: on_step(f"waiting for another mnerctl that is installing in {folder}"),
    ):
        if not _is_whole(folder):  # another process may have made it while this one waited
            on_step(
                f"installing label-studio {VERSION} in {folder} (once; about 1 GB, a few minutes)"
            )
            _make(folder)
            write_file(folder / DONE, b"")
    return program


def _is_whole(folder: Path) -> bool:
    """Return whether it was installed completely, and the Python that it was made with still exists."""
    return (folder / DONE).is_file() and (folder / "bin" / "python").exists()


def _make(folder: Path) -> None:
    # with our search paths the new environment would see our packages
    clean = {key: text for key, text in os.environ.items() if not key.startswith("PYTHON")}
    pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", "--no-input"]
    for command in (
        [sys.executable, "-m", "venv", "--clear", str(folder)],
        [*pip, "--disable-pip-version-check", f"label-studio=={VERSION}"],
    ):
        run = subprocess.run(command, env=clean, capture_output=True, text=True, check=False)
        if run.returncode:
            raise RemoteError(
                f"label-studio {VERSION} could not be installed in {folder}: {_reason(run)}",
                f"{shlex.join(command)}    # shows all messages; then: mnerctl label serve",
            )


def _reason(run: subprocess.CompletedProcess[str]) -> str:
    """Return the last line of the output; without a network that would be "no such package"."""
    lines = (run.stderr.strip() or run.stdout.strip() or "no output").splitlines()
    if any("connection broken by" in line for line in lines):
        return "the package index cannot be reached; check the network"
    return lines[-1]
