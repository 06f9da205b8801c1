"""Run thousands of random histories of commands that overlap or are killed, and look for withdrawn posts.

`tests/corpora/test_histories.py` runs the first 200 of them. With one argument, run the history of that seed
and print it. There is no limit on the time.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from support.histories import HistoryFailed, make_world, run_history

HISTORIES = 3000


def main() -> None:
    """Print the counts as a table; exit with 1 if something of a withdrawn post is left."""
    seeds = range(int(sys.argv[1]), int(sys.argv[1]) + 1) if sys.argv[1:] else range(HISTORIES)
    failed: list[str] = []
    commands = withdrawn = 0
    started = time.process_time()
    with tempfile.TemporaryDirectory() as folder:
        template = make_world(Path(folder) / "template")
        for seed in seeds:
            try:
                history = run_history(seed, template, Path(folder) / "history")
            except HistoryFailed as error:
                failed.append(str(error))
                continue
            commands += len(history.log) - 1
            withdrawn += len(history.withdrawn)
            if sys.argv[1:]:
                print("\n".join(history.log))
    seconds = time.process_time() - started
    print("| histories | commands | withdrawn posts | with something left | CPU seconds |")
    print("|--:|--:|--:|--:|--:|")
    print(f"| {len(seeds):,} | {commands:,} | {withdrawn:,} | {len(failed):,} | {seconds:.0f} |")
    if failed:
        sys.exit("\n\n".join(failed[:3]))


if __name__ == "__main__":
    main()
