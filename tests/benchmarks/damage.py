"""Run every reader over thousands of damaged files, and list what came out besides errors of ours.

The arguments are the first seed and the number of seeds per reader; without them, 0 and 1000.
"""

from __future__ import annotations

import sys
import tempfile
import time
import traceback
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from support.damage import damage_and_read
from support.readers import READERS, examples

SLOWEST = 5.0
"""Limit for seconds of one file of a few kilobytes."""


def main() -> None:
    """Print one row per reader; exit with 1 if anything else came out, or a file took too long."""
    first, count = [*map(int, sys.argv[1:]), *(0, 1000)[len(sys.argv) - 1 :]][:2]
    faults = []
    print("| reader | files | faults | ms per file | slowest, ms |\n|--|--:|--:|--:|--:|")
    with tempfile.TemporaryDirectory() as work:
        folder = examples(Path(work) / "examples")
        for reader in READERS:
            before, seconds = len(faults), []
            for seed in range(first, first + count):
                started = time.process_time()
                try:
                    damage_and_read(reader, folder, seed)
                except Exception:
                    last = traceback.format_exc().strip().splitlines()
                    faults.append(f"{reader.name}, seed {seed}: {last[-1][:200]}")
                seconds.append(time.process_time() - started)
                if seconds[-1] > SLOWEST:
                    faults.append(f"{reader.name}, seed {seed}: {seconds[-1]:.1f} s")
            found, mean = len(faults) - before, 1e3 * sum(seconds) / count
            print(
                f"| {reader.name} | {count:,} | {found:,} | {mean:.1f} | {1e3 * max(seconds):,.0f} |",
                flush=True,
            )
    if faults:
        sys.exit("\n".join(faults[:50]))


if __name__ == "__main__":
    main()
