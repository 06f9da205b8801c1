"""Measure how fast 100,000 posts of an archive without images get their fates.

`mnerctl fetch` enters the URLs, reads the archive (twarc v2 lines), stores each post and gives it the fate
`no_image`.
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

POSTS = 100_000
FIRST_ID = 1_790_000_000_000_000_000


def write_archive(folder: Path) -> None:
    """Write flattened twarc lines and the URL of each post."""
    with (folder / "posts.jsonl").open("w") as archive, (folder / "urls.txt").open("w") as urls:
        for number in range(POSTS):
            post = {
                "id": str(FIRST_ID + number),
                "text": f"Ada in Porto, day {number} &amp; still no picture",
                "author_id": "1",
                "author": {"id": "1", "name": "Ada", "username": "ada_w"},
                "created_at": "2024-05-13T08:44:25.000Z",
                "lang": "en",
            }
            archive.write(json.dumps(post) + "\n")
            urls.write(f"https://x.com/ada_w/status/{post['id']}\n")


def main() -> None:
    """Print the figures as a table."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "work"
        folder.mkdir()
        write_archive(folder)
        started = time.perf_counter()
        ended = run(
            *("fetch", "urls.txt", "--source", "archive", "--archive", "posts.jsonl", "--json"),
            folder=folder,
        )
        seconds = time.perf_counter() - started
    if ended.code or json.loads(ended.out)["fates"] != {"no_image": POSTS}:
        sys.exit(f"not all posts were settled: {ended.out}{ended.err}")
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"| {POSTS:,} posts settled from an archive without images | measured |\n|---|--:|")
    print(f"| the whole command | {seconds:.1f} s, {POSTS / seconds:,.0f} posts/s |")
    print(f"| peak memory | {peak:.0f} MB |")


if __name__ == "__main__":
    main()
