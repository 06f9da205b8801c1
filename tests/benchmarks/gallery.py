"""Measure `release gallery` on 10,000 posts: time, size, and how soon a browser shows the page.

The text is made; each image is one of 20 pictures of 1024 x 768 pixels and about 100 kB. The limits are
5 minutes to build, 1 s to the first paint and 1 s to apply a filter. The browser opens the folder from disk.
An argument gives a smaller number of posts.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from random import Random
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from PIL import Image

from mnerctl.schema import Release
from support.browser import browser
from support.command import MNERCTL
from support.made_mner_mi import small_table, write_made_mner_mi

POSTS = 10_000
MAX_SECONDS = 300
MAX_MILLISECONDS = 1_000
FIRST_PAINT = "() => performance.getEntriesByName('first-contentful-paint')[0].startTime"


def write_release(folder: Path, posts: int) -> None:
    """Write a made MNER-MI whose pictures are links to 20 files."""
    tenth = posts // 10
    table = small_table(train=posts - 2 * tenth, dev=tenth, test=tenth)
    write_made_mner_mi(folder / "mi", statistics=table, seed=3)
    pool = [folder / f"{number}.jpg" for number in range(20)]
    chance = Random(1)
    for path in pool:
        grain = Image.frombytes("RGB", (48, 36), chance.randbytes(48 * 36 * 3))
        grain.resize((1024, 768), Image.Resampling.BICUBIC).save(path, quality=80)
    names = [name for record in Release.read(folder / "mi").records() for name in record.images]
    for number, name in enumerate(names):
        os.link(pool[number % len(pool)], folder / "mi" / "images" / name)


def built(folder: Path) -> tuple[float, float, int]:
    """Run the command; return seconds, CPU seconds and peak megabytes."""
    started = time.perf_counter()
    process = subprocess.Popen(
        [MNERCTL, "release", "gallery", "mi", "--out", "gallery"],
        cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"release gallery: exit {os.waitstatus_to_exitcode(status)}")
    seconds = time.perf_counter() - started
    return seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss // 1024


def seen(chromium: Any, folder: Path) -> tuple[float, float, float]:
    """Open the page; return milliseconds to the first paint, to the first posts and to a filter's posts."""
    page = chromium.new_context(viewport={"width": 1366, "height": 768}).new_page()
    started = time.perf_counter()
    page.goto((folder / "index.html").as_uri())
    page.wait_for_selector("article")
    posts = 1000 * (time.perf_counter() - started)
    page.wait_for_timeout(500)
    paint = float(page.evaluate(FIRST_PAINT))
    started = time.perf_counter()
    page.select_option("select[name=split]", "test")
    page.wait_for_function("() => document.querySelector('article .split').textContent === 'test'")
    filtered = 1000 * (time.perf_counter() - started)
    page.context.close()
    return paint, posts, filtered


def main() -> None:
    """Print the figures as a table; exit with 1 if one is over its limit."""
    posts = int(sys.argv[1]) if len(sys.argv) > 1 else POSTS
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_release(folder, posts)
        seconds, cpu, peak = built(folder)
        files = [path for path in (folder / "gallery").rglob("*") if path.is_file()]
        pictures = sum(path.suffix == ".jpg" for path in files)
        size = sum(path.stat().st_size for path in files)
        data = sum(path.stat().st_size for path in files if path.suffix == ".js")
        with browser() as chromium:
            views = [seen(chromium, folder / "gallery") for _ in range(5)]
    paint, shown, filtered = (sorted(column)[2] for column in zip(*views, strict=True))
    print(f"| gallery of {posts:,} posts, {pictures:,} pictures | figure | limit |")
    print("|---|--:|--:|")
    print(f"| built | {seconds:.0f} s ({cpu:.0f} CPU s), {peak} MB | {MAX_SECONDS} s |")
    print(f"| size | {size / 1e6:.0f} MB, of which data {data / 1e6:.1f} MB | |")
    print(f"| first paint in Chromium | {paint:.0f} ms | {MAX_MILLISECONDS} ms |")
    print(f"| first posts shown | {shown:.0f} ms | |")
    print(f"| posts of a filter shown | {filtered:.0f} ms | {MAX_MILLISECONDS} ms |")
    if seconds > MAX_SECONDS or max(paint, filtered) > MAX_MILLISECONDS:
        sys.exit("over a limit")


if __name__ == "__main__":
    main()
