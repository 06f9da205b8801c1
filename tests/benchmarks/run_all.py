"""`make bench`: every script of this folder, one after the other; each prints a Markdown table."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent


def main() -> None:
    """Runs the scripts in alphabetical order; the exit code is that of the first one that failed."""
    for script in sorted(HERE.glob("*.py")):
        if script.name != Path(__file__).name:
            print(f"\n## {script.stem}\n", flush=True)
            subprocess.run([sys.executable, "-P", str(script)], check=True, cwd=HERE.parents[1])


if __name__ == "__main__":
    main()
