"""Run every script of this folder in turn (`make bench`); each prints a Markdown table."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent


def main() -> None:
    """Run the scripts in alphabetical order; exit with 1 if one failed or missed its limit."""
    failed = []
    for script in sorted(HERE.glob("*.py")):
        if script.name != Path(__file__).name:
            print(f"\n## {script.stem}\n", flush=True)
            done = subprocess.run([sys.executable, "-P", str(script)], cwd=HERE.parents[1])
            failed += [script.stem] if done.returncode else []
    if failed:
        sys.exit(f"failed, or over a limit: {', '.join(failed)}")


if __name__ == "__main__":
    main()
