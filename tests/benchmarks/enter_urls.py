"""Measure time and memory to read 1,000,000 URL lines and enter them as pending.

The lines are in random order; one in twenty is a duplicate, one in a thousand is refused. `mnerctl fetch`
enters them and asks an empty archive for one post, then does so again, and `--dry-run` reads them once more.
The limits are 10 s and 150 MB.
"""

from __future__ import annotations

import json
import random
import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).parents[1]))

from support.command import run

LINES = 1_000_000
MAX_SECONDS, MAX_MEGABYTES = 10, 150


def write_lines(path: Path) -> None:
    """Write the made input, the same in each run."""
    chance = random.Random(1)
    ids = [chance.randrange(10**18, 2 * 10**18) for _ in range(LINES * 19 // 20)]
    with path.open("w", encoding="utf-8") as file:
        for number in range(LINES):
            if number % 1000 == 0:
                file.write("https://example.org/not-a-post\n")
                continue
            post_id = ids[number] if number < len(ids) else chance.choice(ids)
            file.write(f"https://x.com/user_{post_id % 9973}/status/{post_id}?s=20\n")


ONE: Final = ("--source", "archive", "--archive", "none.jsonl", "--max-posts", "1")


def seconds_to_enter(folder: Path, *words: str, code: int = 6) -> float:
    """Return the seconds of one whole command; exit unless its counts add up to the lines."""
    started = time.perf_counter()
    ended = run("fetch", "urls.txt", *ONE, *words, "--json", folder=folder)
    seconds = time.perf_counter() - started
    if ended.code != code or json.loads(ended.out)["lines"] != LINES:
        sys.exit(f"not all lines were entered: {ended.out}{ended.err}")
    return seconds


def main() -> None:
    """Print the figures as a table; exit with 1 if one is over its limit."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "work"
        folder.mkdir()
        write_lines(folder / "urls.txt")
        (folder / "none.jsonl").touch()
        first, again = seconds_to_enter(folder), seconds_to_enter(folder)
        dry = seconds_to_enter(folder, "--dry-run", code=0)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"| {LINES:,} URL lines entered as pending | measured | limit |")
    print("|---|--:|--:|")
    print(f"| the first time | {first:.1f} s | {MAX_SECONDS} s |")
    print(f"| again, unchanged | {again:.1f} s | {MAX_SECONDS} s |")
    print(f"| again, as a dry run | {dry:.1f} s | {MAX_SECONDS} s |")
    print(f"| peak memory | {peak:.0f} MB | {MAX_MEGABYTES} MB |")
    if max(first, again, dry) > MAX_SECONDS or peak > MAX_MEGABYTES:
        sys.exit("over a limit")


if __name__ == "__main__":
    main()
