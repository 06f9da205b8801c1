"""Measure time and memory of `release audit` and `release stats` on text without pictures.

First MNER-MI-Plus at the published size (a made MNER-MI and the real Twitter-2017); the limit is 15 s for
both commands together. Then made releases of 10,000, 100,000 and 1,000,000 records; an argument gives the
largest size to run.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from support.command import MNERCTL, run
from support.made_mner_mi import small_table, write_made_mner_mi
from support.twitter2017 import FOLDER, MISSING, SHARED, is_available

MAX_SECONDS = 15
SIZES = (10_000, 100_000, 1_000_000)
COMMANDS = ("audit", "stats")


def measured(command: str, release: str, folder: Path) -> tuple[float, int]:
    """Run `mnerctl release COMMAND RELEASE`; return its seconds and peak megabytes."""
    started = time.perf_counter()
    process = subprocess.Popen(
        [MNERCTL, "release", command, release],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    if status:
        sys.exit(f"release {command} {release}: exit {os.waitstatus_to_exitcode(status)}")
    return seconds, usage.ru_maxrss // 1024


def write_plus(folder: Path) -> None:
    """Write `folder/plus` at the published size, without pictures."""
    paper = json.loads((SHARED / "data" / "paper" / "statistics.json").read_bytes())
    write_made_mner_mi(folder / "mi", statistics=paper["MNER-MI"], seed=1)
    run(
        *("build-plus", "--mner-mi", "mi", "--out", "plus"),
        *("--twitter-2017", FOLDER.resolve()),
        folder=folder,
    )


def main() -> None:
    """Print the figures as tables; exit with 1 if one is over its limit."""
    if not is_available():
        sys.exit(MISSING)
    largest = int(sys.argv[1]) if len(sys.argv) > 1 else SIZES[-1]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_plus(folder)
        whole = {command: measured(command, "plus", folder) for command in COMMANDS}
        print("| MNER-MI-Plus, 13,395 records of text | seconds | peak memory | limit |")
        print("|---|--:|--:|--:|")
        for command, (seconds, peak) in whole.items():
            print(f"| release {command} | {seconds:.1f} | {peak} MB | |")
        total = sum(seconds for seconds, _ in whole.values())
        print(f"| both | {total:.1f} | | {MAX_SECONDS} s |\n")
        print("| records | audit | peak memory | stats | peak memory |", flush=True)
        print("|--:|--:|--:|--:|--:|")
        for size in (size for size in SIZES if size <= largest):
            tenth = size // 10
            table = small_table(train=size - 2 * tenth, dev=tenth, test=tenth)
            write_made_mner_mi(folder / str(size), statistics=table, seed=2)
            cells = [measured(command, str(size), folder) for command in COMMANDS]
            figures = " | ".join(f"{seconds:.1f} s | {peak} MB" for seconds, peak in cells)
            print(f"| {size:,} | {figures} |", flush=True)
    if total > MAX_SECONDS:
        sys.exit("over the limit")


if __name__ == "__main__":
    main()
