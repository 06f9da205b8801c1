"""Train TPM-MI on made posts and measure the gain from all images, their order and their positions.

There are 3,000 train and 600 test posts. The limits: all images reach at least 80 test F1 in at most 5
minutes on 2 cores, including reading the pictures; text only reaches at most 35; the first image only stays
at least 15 points below all images.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

from transformers import set_seed

from mnerctl.collector import make_posts
from mnerctl.model.inputs.image_encoder import ImageEncoder
from mnerctl.model.inputs.picture_features import Pictures, read_pictures
from mnerctl.model.inputs.pretrained import load_image_encoder
from mnerctl.model.systems import SYSTEMS
from mnerctl.model.systems.bert_family import build
from mnerctl.model.systems.preset import PRESETS
from mnerctl.model.systems.system import BuildInputs
from mnerctl.model.training.train import train
from mnerctl.schema import Record, Release, score_spans
from mnerctl.schema.span_match import Counts

PRESET = SYSTEMS["tpm-mi"].adapt(PRESETS["quick"])
SEED = 1234
MAX_SECONDS = 300


@dataclass(frozen=True)
class Scored:
    """Result of one variant.

    micro: strict counts on test.
    seconds: training time.
    """

    micro: Counts
    seconds: float


def main() -> None:
    """Train each variant and print its row; exit with 1 if a limit is missed."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["MNERCTL_CACHE"] = f"{folder}/cache"
        release = Release.load(released(Path(folder)))
        started = time.monotonic()
        image = load_image_encoder(PRESET.image_encoder, size=PRESET.image_size)
        pictures, problems = read_pictures(release, image, trained=False, on_count=ignore)
        assert not problems
        reading = time.monotonic() - started
        print(f"{len(pictures.rows)} pictures read and encoded in {reading:.0f} s, once.\n")
        print("| variant | dev F1 | test P | test R | test F1 | training s |")
        print("|---|--:|--:|--:|--:|--:|")
        rows = [
            row("all images, in order", release, image, pictures),
            row("text only", release, None, None),
            row("first image only", viewed(release, first_image), image, pictures),
            row("all images, order shuffled", viewed(release, shuffled), image, pictures),
            row("all images, no positions", release, image, pictures, use_position=False),
        ]
    total = reading + rows[0].seconds
    print(f"\nReading, and training on all images: {total:.0f} s of {MAX_SECONDS} s.")
    all_images, text_only, first_only = (100 * row.micro.f1 for row in rows[:3])
    missed = {
        f"all images: {all_images:.2f}, wanted at least 80": all_images < 80,
        f"text only: {text_only:.2f}, wanted at most 35": text_only > 35,
        f"first image only: {first_only:.2f}, wanted 15 below all": all_images - first_only < 15,
        f"{total:.0f} s, wanted at most {MAX_SECONDS}": total > MAX_SECONDS,
    }
    if any(missed.values()):
        sys.exit("; ".join(limit for limit, is_missed in missed.items() if is_missed))


def row(
    name: str,
    release: Release,
    image: ImageEncoder | None,
    pictures: Pictures | None,
    **options: bool,
) -> Scored:
    """Train a variant and print its row."""
    set_seed(SEED)
    train_split = release.splits["train"]
    inputs = BuildInputs(
        train=train_split, preset=PRESET, seed=SEED, image_encoder=image, pictures=pictures
    )
    done = train(
        build(inputs, **options), release, PRESET, seed=SEED, on_step=ignore, on_epoch=ignore
    )
    gold = [record.spans for record in release.splits["test"]]
    found = [[one.span for one in spans] for spans in done.predictions["test"]]
    micro = score_spans(gold, found).micro
    figures = (max(done.dev_f1), micro.precision, micro.recall, micro.f1)
    cells = " | ".join(f"{100 * figure:.2f}" for figure in figures)
    print(f"| {name} | {cells} | {done.seconds:.0f} |", flush=True)
    return Scored(micro, done.seconds)


def released(folder: Path) -> Path:
    """Build a release from made posts with the commands; return its folder."""
    made, corpus, release = folder / "made", folder / "corpus", folder / "release"
    make_posts(made, train=3000, dev=300, test=600, seed=1)
    for line in (
        f"fetch {made}/urls.txt --source archive --archive {made}/posts.jsonl --corpus {corpus}",
        f"label import {made}/spans.jsonl --annotator truth --corpus {corpus}",
        f"release build --version 1.0.0 --from-annotator truth --splits {made}/splits.json"
        f" --corpus {corpus} --out {release}",
    ):
        mnerctl = str(Path(sys.executable).with_name("mnerctl"))
        subprocess.run([mnerctl, *line.split()], check=True, stdout=subprocess.DEVNULL)
    return release


def viewed(release: Release, view: Callable[[Record], Record]) -> Release:
    """Return the release as a variant sees it, in training and in test."""
    return replace(
        release,
        splits={split: tuple(map(view, records)) for split, records in release.splits.items()},
    )


def first_image(record: Record) -> Record:
    """Return the record with only its first image."""
    return record.model_copy(update={"images": record.images[:1]})


def shuffled(record: Record) -> Record:
    """Return the record with its images in random order, seeded by its id."""
    images = list(record.images)
    Random(record.id).shuffle(images)
    return record.model_copy(update={"images": tuple(images)})


def ignore(*_: object) -> None:
    """Ignore progress."""


if __name__ == "__main__":
    main()
