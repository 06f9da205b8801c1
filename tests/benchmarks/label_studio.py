"""Measure push and pull of 5,000 posts with 14,000 pictures, with a real Label Studio on loopback.

Each command runs in a separate process, and its start-up counts. Pictures are shown from disk, not
uploaded. The limits are 30 s for a push, 20 s for a pull of everything and 2 s for a pull of nothing new.
If Label Studio is missing, it is installed first, as `mnerctl label serve` does.
"""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from PIL import Image as Picture

from mnerctl.annotation import TOKEN_VARIABLE
from mnerctl.annotation.pull.reader import SETTLING
from mnerctl.schema import Corpus, Image
from support.command import MNERCTL
from support.corpora import made_post
from support.label_studio import Home, running_home

POSTS = 5_000
IMAGES = (2, 3, 3, 2, 4)
TEXT = "Ada Lovelace of post {} has met LeBron James in Paris, and they went to see the Eiffel Tower together"
BATCH = 500
ANSWERED = "answered"


def fill(folder: Path) -> int:
    """Fill the corpus with kept posts that have tiny pictures; return the number of pictures."""
    pictures = 0
    with Corpus.open(folder, create=True) as corpus:
        for number in range(POSTS):
            images = []
            with corpus.transaction():
                for position in range(IMAGES[number % len(IMAGES)]):
                    out = io.BytesIO()
                    colour = tuple(pictures.to_bytes(3, "big"))
                    Picture.new("RGB", (4, 4), colour).save(out, "PNG")
                    sha256 = corpus.put_image(out.getvalue(), "png")
                    one = Image(
                        position=position, status="ok", sha256=sha256, media_type="image/png"
                    )
                    images.append(one)
                    pictures += 1
                post_id = str(10**18 + number)
                corpus.put_post(made_post(post_id, TEXT.format(number), images=tuple(images)))
                corpus.settle(post_id, "kept")
    return pictures


def answer_all(home: Home) -> None:
    """Create another project with the same tasks, each with an answer."""
    pushed = home.studio.project("mnerctl corpus")
    assert pushed is not None
    project = home.studio.create_project(ANSWERED, pushed.label_config)
    rows: list[object] = []
    for task in home.studio.tasks(pushed, with_annotations=False):
        result = [region(0, 12, "Ada Lovelace", "PER"), *evidence("img1")]
        rows.append({"data": task.data, "annotations": [{"result": result, "lead_time": 20.5}]})
    for first in range(0, len(rows), BATCH):
        home.call("POST", f"/api/projects/{project.id}/import", rows[first : first + BATCH])


def region(start: int, end: int, text: str, type: str) -> dict[str, object]:
    value = {"start": start, "end": end, "text": text, "labels": [type]}
    return {"id": "r", "from_name": "ner", "to_name": "text", "type": "labels", "value": value}


def evidence(*images: str) -> list[dict[str, object]]:
    value = {"start": 0, "end": 12, "text": "Ada Lovelace", "choices": list(images)}
    names = {"from_name": "evidence", "to_name": "text"}
    return [{"id": "r", **names, "type": "choices", "value": value}]


def timed(home: Home, *words: str) -> tuple[float, float, Any]:
    """Run a command; return seconds, peak megabytes and its JSON."""
    command = [MNERCTL, "label", *words, "--json", "--url", home.server.url]
    started = time.perf_counter()
    with tempfile.TemporaryFile() as out:
        process = subprocess.Popen(
            [*command, "--corpus", home.corpus],
            env={**os.environ, TOKEN_VARIABLE: home.server.token},
            stdout=out,
            stderr=subprocess.DEVNULL,
        )
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            sys.exit(f"{' '.join(words)} ended with {process.returncode}")
        out.seek(0)
        return seconds, usage.ru_maxrss / 1024, json.load(out)


def main() -> None:
    """Print the figures as a table; exit with 1 if one is over its limit."""
    with tempfile.TemporaryDirectory() as name, running_home(Path(name)) as home:
        pictures = fill(home.corpus)
        rows = [("`label push`, all new", 30, *timed(home, "push"))]
        assert [one["added"] for one in rows[0][-1]] == [POSTS]
        rows.append(("`label push`, nothing new", 30, *timed(home, "push")))
        answer_all(home)
        # a pull reads again what was stored within SETTLING before the last pull
        time.sleep(SETTLING.total_seconds() + 1)
        for what, limit in (("everything", 20), ("nothing new", 2)):
            rows.append(
                (f"`label pull`, {what}", limit, *timed(home, "pull", "--project", ANSWERED))
            )
        assert (rows[2][-1]["stored"], rows[3][-1]["unchanged"]) == (POSTS, POSTS)
    print(f"| {POSTS:,} posts, {pictures:,} pictures | measured | limit | peak memory |")
    print("|---|--:|--:|--:|")
    for what, limit, seconds, megabytes, _ in rows:
        print(f"| {what} | {seconds:.1f} s | {limit} s | {megabytes:.0f} MB |")
    if any(seconds > limit for _, limit, seconds, *_ in rows):
        sys.exit("over a limit")


if __name__ == "__main__":
    main()
