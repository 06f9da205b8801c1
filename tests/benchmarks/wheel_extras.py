"""The wheel with each extra, in an environment of its own: does pip install it, and does the command run?

`train,offline` also runs `mnerctl demo --posts 60` from the wheel. The suite itself tries only that one, with
linked packages.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from support.checkout import ROOT
from support.wheel import built_wheel

EXTRAS = {
    "": ("--version",),
    "label": ("label", "push", "--help"),
    "publish": ("release", "export", "--help"),
    "train,offline": ("demo", "--posts", "60"),
    "label,train,publish": ("train-check", "--help"),
}
VERDICTS = (0, 5)  # 60 posts teach a system little: both verdicts are answers


def main() -> None:
    """Print one row per extra; exit 1 where one cannot be installed or its command fails."""
    failed = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        wheel = built_wheel(folder)
        print("| extra | install, s | MB | command | exit code | s |")
        print("|---|--:|--:|---|--:|--:|")
        for number, (extra, command) in enumerate(EXTRAS.items()):
            home = folder / f"env{number}"
            venv.create(home, with_pip=True)
            began = time.perf_counter()
            wanted = f"{wheel}[{extra}]" if extra else str(wheel)
            install = ["-m", "pip", "--quiet", "install", "-c", ROOT / "constraints.txt", wanted]
            installed = subprocess.run([home / "bin" / "python", *install]).returncode == 0
            seconds = time.perf_counter() - began
            size = sum(path.stat().st_size for path in home.rglob("*") if path.is_file()) / 1e6
            began = time.perf_counter()
            words = [home / "bin" / "mnerctl", *command]
            code = subprocess.run(words, cwd=home, capture_output=True).returncode
            took = time.perf_counter() - began
            shown = f"mnerctl {' '.join(command)}"
            print(f"| {extra} | {seconds:.0f} | {size:,.0f} | {shown} | {code} | {took:.1f} |")
            if not installed or code not in (VERDICTS if command[0] == "demo" else (0,)):
                failed.append(extra)
    if failed:
        sys.exit(f"failed: {', '.join(failed)}")


if __name__ == "__main__":
    main()
