"""Measure time and memory of `mnerctl build-plus` at the published size.

The inputs are a made MNER-MI with the paper's counts, with and without pictures, and the real Twitter-2017
text. The best of three runs counts. The limits are 10 s and 500 MB.
"""

from __future__ import annotations

import json
import resource
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from support.command import run
from support.made_mner_mi import write_made_mner_mi
from support.twitter2017 import FOLDER, MISSING, SHARED, is_available

MAX_SECONDS, MAX_MEGABYTES = 10, 500
RUNS = 3


def measured(folder: Path, *, pictures: int) -> float:
    """Return the seconds of the fastest run; writing MNER-MI first does not count.

    Nothing is deleted between runs: ext4 creates files slowly where many were just deleted.
    """
    paper = json.loads((SHARED / "data" / "paper" / "statistics.json").read_bytes())
    write_made_mner_mi(folder / "mi", statistics=paper["MNER-MI"], seed=1, pictures=pictures)
    seconds = []
    for number in range(RUNS):
        started = time.perf_counter()
        ended = run(
            *("build-plus", "--mner-mi", "mi", "--out", f"plus-{number}", "--json"),
            *("--twitter-2017", FOLDER.resolve()),
            folder=folder,
        )
        seconds.append(time.perf_counter() - started)
        if json.loads(ended.out)["statistics"] != paper["MNER-MI-Plus"]:
            sys.exit(f"the counts differ from the paper's table: {ended.out}")
    return min(seconds)


def main() -> None:
    """Print the figures as a table; exit with 1 if one is over its limit."""
    if not is_available():
        sys.exit(MISSING)
    with tempfile.TemporaryDirectory() as folder:
        without = measured(Path(folder) / "text", pictures=0)
        with_pictures = measured(Path(folder) / "whole", pictures=64)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    print("| build-plus at the published size | measured | limit |")
    print("|---|--:|--:|")
    print(f"| without pictures | {without:.1f} s | {MAX_SECONDS} s |")
    print(f"| with 24,021 pictures | {with_pictures:.1f} s | {MAX_SECONDS} s |")
    print(f"| peak memory | {peak} MB | {MAX_MEGABYTES} MB |")
    if max(without, with_pictures) > MAX_SECONDS or peak > MAX_MEGABYTES:
        sys.exit("over a limit")


if __name__ == "__main__":
    main()
