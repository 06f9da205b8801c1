"""Run `train-check` on made posts, which must pass, and on three corrupted copies, which must fail.

On the sound release, all images must beat no images, other posts' images and the first image alone with
p < 0.01. A copy with other posts' pictures must fail `images-help`. A copy with 20 % wrong entities must
fail `regression` against the sound release's report. A copy with the test posts in train must fail `leaks`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from mnerctl.collector import make_posts
from mnerctl.schema import Record, Release, Split, write_release
from support.command import MNERCTL
from support.corrupted import corrupted

POSTS: dict[str, int] = {"train": 3000, "dev": 300, "test": 600}
WRONG = 0.2
MAX_P = 0.01
SEED = 1234

Splits = Mapping[Split, tuple[Record, ...]]


def main() -> None:
    """Print a row per release; exit with 1 if a verdict is not the expected one."""
    head = "| release | verdict | failed | test F1 | none | first | other posts' | reordered | seconds |"
    print(head + "\n|---|---|---|--:|--:|--:|--:|--:|--:|")
    missed = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["MNERCTL_CACHE"] = f"{folder}/cache"
        sound = Release.load(released(folder))
        report = judged(folder, "sound", "--require", "images", "--require", "order")
        unsure = [view for view, p in p_values(report).items() if p >= MAX_P]
        if report["verdict"] != "pass" or unsure:
            missed.append(f"sound: {report['verdict']}, p >= {MAX_P} for {unsure}")
        against = ("--against", str(folder / "sound-report"))
        spoilt: list[tuple[str, Callable[[Release, Path], None], str, tuple[str, ...]]] = [
            ("other pictures", write_other_pictures, "images-help", ("--require", "images")),
            ("wrong labels", write_wrong_labels, "regression", against),
            ("test in train", write_test_in_train, "leaks", ()),
        ]
        for title, write, check, options in spoilt:
            write(sound, folder / title)
            failed = failures(judged(folder, title, *options))
            if check not in failed:
                missed.append(f"{title}: failed by {failed}, wanted {check} among them")
    if missed:
        sys.exit("; ".join(missed))


def judged(folder: Path, title: str, *options: str) -> dict[str, Any]:
    """Run the command on `folder/title`, print its row and return its report."""
    out = f"{folder}/{title}-report"
    words = [str(folder / title), "--seed", str(SEED), "--out", out, "--json"]
    started = time.monotonic()
    done = subprocess.run(
        [MNERCTL, "train-check", *words, *options], capture_output=True, text=True, check=False
    )
    if done.returncode not in (0, 5):
        sys.exit(done.stderr)
    seconds = time.monotonic() - started
    report: dict[str, Any] = json.loads(done.stdout)
    views = {one["view"]: one["scores"]["f1"] for one in report["ablations"]}
    figures = [report["scores"]["test"]["micro"]["f1"], *views.values()]
    cells = [title, report["verdict"], ", ".join(failures(report)) or "-"]
    cells += [f"{100 * figure:.2f}" for figure in figures]
    print(f"| {' | '.join(cells)} | {seconds:.0f} |", flush=True)
    return report


def failures(report: dict[str, Any]) -> list[str]:
    """Return the names of the checks that failed."""
    return [check["name"] for check in report["checks"] if check["level"] == "fail"]


def p_values(report: dict[str, Any]) -> dict[str, float]:
    """Return p for each view, 1 where all images are not better than the view."""
    differences = {one["view"]: one["difference"] for one in report["ablations"]}
    return {view: one["p"] if one["f1"] > 0 else 1.0 for view, one in differences.items()}


def released(folder: Path) -> Path:
    """Build the release `folder/sound` from made posts with the commands; return its folder."""
    made, corpus, release = folder / "made", folder / "corpus", folder / "sound"
    make_posts(made, **POSTS, seed=1)
    for line in (
        f"fetch {made}/urls.txt --source archive --archive {made}/posts.jsonl --corpus {corpus}",
        f"label import {made}/spans.jsonl --annotator truth --corpus {corpus}",
        f"release build --version 1.0.0 --from-annotator truth --splits {made}/splits.json"
        f" --corpus {corpus} --out {release}",
    ):
        subprocess.run([MNERCTL, *line.split()], check=True, stdout=subprocess.DEVNULL)
    return release


def write_other_pictures(sound: Release, out: Path) -> None:
    """Write a release in which each post has the pictures of another post with as many images."""
    giver: dict[str, str] = {}
    last: dict[int, Record] = {}
    first: dict[int, Record] = {}
    for record in sound.records():
        count = len(record.images)
        first.setdefault(count, record)
        giver |= dict(zip(last.get(count, record).images, record.images, strict=True))
        last[count] = record
    for count, record in last.items():
        giver |= dict(zip(record.images, first[count].images, strict=True))
    frozen(sound, sound.splits, out, lambda name: sound.image_path(giver[name]))


def write_wrong_labels(sound: Release, out: Path) -> None:
    """Write a release with one entity in five wrong: retyped, moved by a word, removed or invented."""
    frozen(sound, corrupted(sound, WRONG, seed=SEED)[0].splits, out, sound.image_path)


def write_test_in_train(sound: Release, out: Path) -> None:
    """Write a release with the test posts copied into train under new ids, URLs and image names."""
    source: dict[str, str] = {}

    def copied(record: Record) -> Record:
        id = str(int(record.id) + 2**22)  # the id of a post one millisecond later
        names = tuple(name.replace(record.id, id) for name in record.images)
        source.update(zip(names, record.images, strict=True))
        url = record.url.replace(record.id, id)
        return record.model_copy(update={"id": id, "images": names, "url": url})

    copies = tuple(map(copied, sound.splits["test"]))
    splits = dict(sound.splits) | {"train": (*sound.splits["train"], *copies)}
    frozen(sound, splits, out, lambda name: sound.image_path(source.get(name, name)))


def frozen(sound: Release, splits: Splits, out: Path, image_source: Callable[[str], Path]) -> None:
    """Write the release with other splits or pictures and correct checksums."""
    manifest = sound.manifest
    assert manifest is not None
    write_release(
        out,
        splits,
        name=sound.name,
        version="1.1.0",
        tokenizer=manifest.tokenizer,
        image_source=image_source,
        created=manifest.created,
        gold=manifest.gold,
    )


if __name__ == "__main__":
    main()
