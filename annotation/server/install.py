"""Install Label Studio on first use, in a Python environment of its own (about 1 GB).

Every package has its exact version and the SHA-256 of its files in the lock files beside this module, and pip
installs nothing else: neither a dependency nor a tool to build with (`make locks` writes them).
"""

from __future__ import annotations

import hashlib
import os
import shlex
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from ...schema import RemoteError, UsageError
from ...schema.files.atomic_write import write_file
from ...schema.files.lock import lock

VERSION: Final = "1.23.2"
REMOTE: Final = (
    "run it on Linux or macOS, or in WSL, and use it from here: docs/how-to/label-remotely.md"
)
ENVIRONMENT_VARIABLE: Final = "MNERCTL_LS_VENV"
LOCKS: Final = tuple(
    Path(__file__).with_name(name) for name in ("label-studio-build.lock", "label-studio.lock")
)
"""What pip installs, one after the other: first what builds the packages that have no wheel."""
NEWEST_PYTHON: Final = (3, 13)

OnStep = Callable[[str], None]
"""Called with a line to print."""


def environment_dir(environment: Mapping[str, str] = os.environ) -> Path:
    """Return the folder of the server's Python environment, which all data folders share."""
    if chosen := environment.get(ENVIRONMENT_VARIABLE):
        return Path(chosen)
    cache = environment.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "mnerctl" / f"label-studio-{VERSION}"


def install(
    folder: Path, *, again: str = "mnerctl label serve", on_step: OnStep = lambda line: None
) -> Path:
    """Return the `label-studio` program of the environment in `folder`, after making it if it is missing.

    Args:
        again: the command that needs it, for hints.

    Raises:
        UsageError: it does not run with this Python.
        RemoteError: it cannot be installed.
    """
    program = folder / "bin" / "label-studio"
    if _is_whole(folder):
        return program
    if sys.version_info[:2] > NEWEST_PYTHON:
        found, newest = (".".join(map(str, one)) for one in (sys.version_info[:2], NEWEST_PYTHON))
        raise UsageError(
            f"label-studio {VERSION} does not run with Python {found}; wanted 3.11 to {newest}",
            REMOTE,
        )
    folder.parent.mkdir(parents=True, exist_ok=True)
    with lock(
        folder.with_name(f"{folder.name}.lock"),
        on_wait=lambda: on_step(f"waiting for another mnerctl that is installing in {folder}"),
    ):
        if not _is_whole(folder):  # another process may have made it while this one waited
            on_step(
                f"installing label-studio {VERSION} in {folder} (once; about 1 GB, a few minutes)"
            )
            _make(folder, again)
            write_file(folder / _done(), b"")
    return program


def _is_whole(folder: Path) -> bool:
    """Return whether all was installed, and the Python that it was made with still exists."""
    return (folder / _done()).is_file() and (folder / "bin" / "python").exists()


def _done() -> str:
    """Return the name of the file that says that everything in the lock files is installed."""
    content = b"".join(path.read_bytes() for path in LOCKS)
    return f"mnerctl-{VERSION}-{hashlib.sha256(content).hexdigest()[:12]}"


def _make(folder: Path, again: str) -> None:
    # with our search paths the new environment would see our packages
    clean = {key: text for key, text in os.environ.items() if not key.startswith("PYTHON")}
    pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", "--no-input"]
    pip += ["--disable-pip-version-check", "--no-deps", "--require-hashes", "--no-build-isolation"]
    # one that was whole with other versions of the packages is brought to these
    is_whole_one = any(folder.glob(f"mnerctl-{VERSION}*")) and (folder / "bin" / "python").exists()
    for command in (
        [sys.executable, "-m", "venv", *(() if is_whole_one else ("--clear",)), str(folder)],
        *([*pip, "--requirement", str(path)] for path in LOCKS),
    ):
        run = subprocess.run(command, env=clean, capture_output=True, text=True, check=False)
        if run.returncode:
            raise RemoteError(
                f"label-studio {VERSION} could not be installed in {folder}: {_reason(run)}",
                f"{shlex.join(command)}    # shows all messages; then: {again}",
            )


def _reason(run: subprocess.CompletedProcess[str]) -> str:
    """Return the last line of the output; without a network that would be "no such package"."""
    lines = (run.stderr.strip() or run.stdout.strip() or "no output").splitlines()
    if any("connection broken by" in line for line in lines):
        return "the package index cannot be reached; check the network"
    return lines[-1]
