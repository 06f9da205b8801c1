"""How long `mnerctl build-plus` takes, and how much memory, at the published size.

A made MNER-MI with the paper's counts and the real Twitter-2017 text, with and without pictures; the
best of three runs. The limits are 10 s and 500 MB.
"""

from __future__ import annotations

import json
import resource
import shutil
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from support.command import run
from support.made_mner_mi import write_made_mner_mi
from support.twitter2017 import FOLDER, MISSING, SHARED, is_available

MOST_SECONDS, MOST_MEGABYTES = 10, 500
RUNS = 3


def measured(folder: Path, *, pictures: int) -> float:
    """Seconds of the fastest run; MNER-MI is written first and not counted."""
    paper = json.loads((SHARED / "data" / "paper" / "statistics.json").read_bytes())
    write_made_mner_mi(folder / "mi", statistics=paper["MNER-MI"], seed=1, pictures=pictures)
    seconds = []
    for _ in range(RUNS):
        shutil.rmtree(folder / "plus", ignore_errors=True)
        started = time.perf_counter()
        ended = run(
            *("build-plus", "--mner-mi", "mi", "--out", "plus", "--json"),
            *("--twitter-2017", FOLDER.resolve()),
            folder=folder,
        )
        seconds.append(time.perf_counter() - started)
        if json.loads(ended.out)["statistics"] != paper["MNER-MI-Plus"]:
            sys.exit(f"not the paper's table: {ended.out}")
    return min(seconds)


def main() -> None:
    """Prints both figures; exit 1 where one is over its limit."""
    if not is_available():
        sys.exit(MISSING)
    slowest = 0.0
    for pictures in (0, 64):
        with tempfile.TemporaryDirectory() as folder:
            seconds = measured(Path(folder) / "run", pictures=pictures)
        slowest = max(slowest, seconds)
        print(f"build-plus, {'24,021 pictures' if pictures else 'no pictures'}: {seconds:.1f} s")
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    print(f"build-plus, peak memory: {peak} MB")
    if slowest > MOST_SECONDS or peak > MOST_MEGABYTES:
        sys.exit(f"over the limit of {MOST_SECONDS} s or {MOST_MEGABYTES} MB")


if __name__ == "__main__":
    main()
