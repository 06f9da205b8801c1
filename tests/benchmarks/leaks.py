"""Measure how the cost of `release leaks` grows from 10,000 to 1,000,000 records with one picture each.

Texts and picture hashes are made. Word frequencies follow Zipf's law. One text in a hundred is an earlier
one with a word changed, one hash in a hundred an earlier one with a bit changed. Reading files and decoding
pictures is not measured. An argument gives the largest size to run.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from itertools import accumulate
from pathlib import Path
from random import Random

from mnerctl.release import split_leaks
from mnerctl.release.audit.pictures import Picture
from mnerctl.schema import Record, Release, Split

SIZES = (10_000, 100_000, 1_000_000)
WORDS = 200_000
COPY_EVERY = 100
MAX_GROWTH = 3.0
"""Limit for seconds per record, largest against smallest size; comparing all pairs would give 100."""


def made(size: int) -> tuple[Release, dict[str, Picture]]:
    """Return a made release, a tenth of it in dev and a tenth in test, and its pictures."""
    random = Random(size)
    weights = list(accumulate(1 / (rank + 2) for rank in range(WORDS)))
    splits: dict[Split, list[Record]] = {"train": [], "dev": [], "test": []}
    pictures: dict[str, Picture] = {}
    texts: list[list[str]] = []
    hashes: list[int] = []
    for number in range(size):
        if number % COPY_EVERY == COPY_EVERY - 1:
            text = list(texts[random.randrange(number)])
            text[random.randrange(len(text))] = "changed"
            shown = hashes[random.randrange(number)] ^ 1 << random.randrange(64)
        else:
            length = random.randint(10, 24)
            text = [f"w{n}" for n in random.choices(range(WORDS), cum_weights=weights, k=length)]
            shown = random.getrandbits(64)
        texts.append(text)
        hashes.append(shown)
        name = f"{number}.jpg"
        pictures[name] = Picture(name, (9, 9), "image/jpeg", f"{shown:016x}")
        split: Split = "dev" if number % 10 == 8 else "test" if number % 10 == 9 else "train"
        splits[split].append(
            Record(id=f"made-{number}", text=tuple(text), images=(name,), label=("O",) * len(text))
        )
    frozen = {split: tuple(records) for split, records in splits.items()}
    return Release("made", Path("made"), frozen, Path), pictures


def measured(size: int) -> tuple[float, int, int, int]:
    """Return seconds, leaks, and the peak megabytes before and after."""
    release, pictures = made(size)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    started = time.perf_counter()
    leaks = split_leaks(release, pictures)
    seconds = time.perf_counter() - started
    return seconds, len(leaks), before, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def main() -> None:
    """Print the figures as a table; exit with 1 if the cost per record grows over the limit."""
    if sys.argv[1:2] == ["--one"]:
        print(*measured(int(sys.argv[2])))
        return
    most = int(sys.argv[1]) if sys.argv[1:] else SIZES[-1]
    print(
        "| records, each with a picture | seconds | µs per record | leaks | peak memory | before the search |"
    )
    print("|--:|--:|--:|--:|--:|--:|")
    costs = []
    for size in (size for size in SIZES if size <= most):
        command = [sys.executable, "-P", __file__, "--one", str(size)]
        ended = subprocess.run(command, check=True, capture_output=True, text=True)
        seconds, leaks, before, peak = map(float, ended.stdout.split())
        costs.append(seconds / size)
        row = f"| {size:,} | {seconds:.1f} | {1e6 * costs[-1]:.0f} | {leaks:,.0f} |"
        print(f"{row} {peak:,.0f} MB | {before:,.0f} MB |", flush=True)
    if max(costs) > MAX_GROWTH * costs[0]:
        sys.exit(f"over a limit: a record costs {max(costs) / costs[0]:.1f} times as much")


if __name__ == "__main__":
    main()
