"""Install requirements.lock whole, with its hashes, as the page about the installation says, then mnerctl.

It takes the build of torch with CUDA, 3 GB or more, so this is no test of a tier.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PIP = ("-m", "pip", "--quiet", "--disable-pip-version-check")
STEPS = (
    (*PIP, "install", "--no-cache-dir", "--require-hashes", "-r", "requirements.lock"),
    (*PIP, "install", "--no-deps", "--no-build-isolation", "."),
    (*PIP, "check"),
    ("-P", "-m", "mnerctl", "--version"),
    ("-P", "-m", "mnerctl", "train-check", "--help"),
    ("-P", "-m", "mnerctl", "label", "push", "--help"),
    ("-P", "-m", "mnerctl", "release", "export", "--help"),
)


def main() -> None:
    """Print one row per step; exit with 1 at the first that fails."""
    print("| step | exit code | s |\n|---|--:|--:|")
    with tempfile.TemporaryDirectory() as name:
        venv.create(name, with_pip=True)
        for step in STEPS:
            began = time.perf_counter()
            place = ROOT if "install" in step else name
            done = subprocess.run([f"{name}/bin/python", *step], cwd=place, capture_output=True)
            shown = " ".join(word for word in step if not word.startswith("-"))
            print(
                f"| {shown} | {done.returncode} | {time.perf_counter() - began:.0f} |", flush=True
            )
            if done.returncode:
                sys.exit((done.stderr or done.stdout).decode()[-2000:])


if __name__ == "__main__":
    main()
