"""Label Studio's own Python environment, made on first use: about 1 GB that never mixes with ours."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from ..schema import RemoteError

VERSION: Final = "1.23.2"
ENVIRONMENT_VARIABLE: Final = "MNERCTL_LS_VENV"

OnStep = Callable[[str], None]
"""Called with a line for people."""


def environment_dir(environment: Mapping[str, str] = os.environ) -> Path:
    """Where the server's own Python environment is, for all data folders together."""
    if chosen := environment.get(ENVIRONMENT_VARIABLE):
        return Path(chosen)
    cache = environment.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "mnerctl" / f"label-studio-{VERSION}"


def install(folder: Path, *, on_step: OnStep = lambda line: None) -> Path:
    """The `label-studio` program of the environment in `folder`, which is made where it is missing."""
    binaries = folder / ("Scripts" if os.name == "nt" else "bin")
    program, done = binaries / "label-studio", folder / f"mnerctl-{VERSION}"
    if done.is_file():
        return program
    on_step(f"installing label-studio {VERSION} in {folder} (once; about 1 GB, some minutes)")
    folder.parent.mkdir(parents=True, exist_ok=True)
    # our own search paths would let the new environment see our packages
    clean = {key: text for key, text in os.environ.items() if not key.startswith("PYTHON")}
    pip = [str(binaries / "python"), "-m", "pip", "install", "--quiet", "--no-input"]
    for command in (
        [sys.executable, "-m", "venv", "--clear", str(folder)],
        [*pip, "--disable-pip-version-check", f"label-studio=={VERSION}"],
    ):
        run = subprocess.run(command, env=clean, capture_output=True, text=True, check=False)
        if run.returncode:
            lines = (run.stderr.strip() or run.stdout.strip() or "no output").splitlines()
            raise RemoteError(
                f"label-studio {VERSION} could not be installed in {folder}: {lines[-1]}",
                f"{' '.join(command)}    # shows the whole story; then: mnerctl label serve",
            )
    done.touch()
    return program
