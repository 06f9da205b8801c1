"""Measure time, memory and disk of `mnerctl release export` for each format.

The release is MNER-MI-Plus at the published size: a made MNER-MI with 24,021 pictures of about 100 kB
(copies of 64) and the real Twitter-2017 text. Each export is deleted before the next one. 5 GB of disk
are needed.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from io import BytesIO
from pathlib import Path

from PIL import Image

sys.path.insert(0, str(Path(__file__).parents[1]))

from support.command import MNERCTL, run
from support.made_mner_mi import write_made_mner_mi
from support.twitter2017 import FOLDER, MISSING, SHARED, is_available

FORMATS = ("mner-mi", "conll", "jsonl", "parquet", "croissant", "hub", "hub --with-content")
PICTURES = 64
MAX_MEGABYTES = 1000


def picture(number: int) -> bytes:
    """Return a picture of noise of about 100 kB, different for each number."""
    out = BytesIO()
    noise = Image.effect_noise((416, 320), 60 + number)
    Image.merge("RGB", (noise, noise.rotate(180), noise)).save(out, "JPEG", quality=88)
    return out.getvalue()


def write_plus(folder: Path) -> None:
    """Write `folder/plus`; the pictures of its source `folder/mi` are links to a few files."""
    paper = json.loads((SHARED / "data" / "paper" / "statistics.json").read_bytes())
    write_made_mner_mi(folder / "mi", statistics=paper["MNER-MI"], seed=1)
    pool = [folder / f"{number}.jpg" for number in range(PICTURES)]
    for number, path in enumerate(pool):
        path.write_bytes(picture(number))
    lines = "".join(path.read_text("utf-8") for path in (folder / "mi" / "text").iterdir())
    names = {word.strip("\"',]}") for word in lines.split() if ".jpg" in word}
    for number, name in enumerate(sorted(word.strip("[\"'") for word in names)):
        os.link(pool[number % PICTURES], folder / "mi" / "images" / name)
    run(
        *("build-plus", "--mner-mi", "mi", "--out", "plus"),
        *("--twitter-2017", FOLDER.resolve()),
        folder=folder,
    )


def measured(format: str, folder: Path) -> tuple[float, int, int]:
    """Export once; return seconds, peak megabytes of memory and megabytes written."""
    started = time.perf_counter()
    process = subprocess.Popen(
        [MNERCTL, "release", "export", "plus", "-o", "out", "--to", *format.split()],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    if status:
        sys.exit(f"export --to {format}: exit {os.waitstatus_to_exitcode(status)}")
    size = sum(path.stat().st_size for path in (folder / "out").rglob("*") if path.is_file())
    shutil.rmtree(folder / "out")
    return seconds, usage.ru_maxrss // 1024, size // 1_000_000


def main() -> None:
    """Print the figures as a table; exit with 1 if the memory is over its limit."""
    if not is_available():
        sys.exit(MISSING)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_plus(folder)
        images = list((folder / "plus" / "images").iterdir())
        size = sum(path.stat().st_size for path in images)
        print(f"| 13,395 records, {len(images):,} pictures, {size / 1e9:.2f} GB | seconds", end="")
        print(" | written | peak memory |\n|---|--:|--:|--:|", flush=True)
        peaks = []
        for format in FORMATS:
            seconds, peak, written = measured(format, folder)
            peaks.append(peak)
            print(f"| {format} | {seconds:.1f} | {written:,} MB | {peak} MB |", flush=True)
    if max(peaks) > MAX_MEGABYTES:
        sys.exit("over the limit")


if __name__ == "__main__":
    main()
