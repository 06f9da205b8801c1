"""Measure an epoch of `--preset paper` that decodes its pictures, and one that reads them from the cache.

300 made photos of 1200 x 800 pixels in 100 posts, a tiny BERT, and a tiny ViT that reads 224 x 224 pixels:
nearly all of the time goes into pictures. The variants run in turns, each in a process of its own, with one
thread and one reader. Costs are CPU seconds. The limit: an epoch from the cache takes at most half.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

os.environ["OMP_NUM_THREADS"] = "1"

import numpy as np
from PIL import Image
from transformers import ViTConfig, ViTImageProcessor, ViTModel, set_seed

from mnerctl.model.inputs import pixel_cache
from mnerctl.model.inputs.picture_features import read_pictures
from mnerctl.model.inputs.pretrained import SMOKE, load_image_encoder
from mnerctl.model.systems import SYSTEMS
from mnerctl.model.systems.preset import PRESETS
from mnerctl.model.systems.system import BuildInputs
from mnerctl.model.training.train import train
from mnerctl.schema import Record, Release
from mnerctl.schema.picture import decoded, read_picture

POSTS, IMAGES, SIZE, EPOCHS, ROUNDS = 100, 3, (1200, 800), 3, 3
MIN_TIMES = 2.0


def main() -> None:
    """Print the table; exit with 1 if the limit is missed."""
    if sys.argv[1:2] == ["--one"]:
        print(json.dumps(measured(Path(sys.argv[2]), cached=sys.argv[3] == "cached")))
        return
    with TemporaryDirectory() as name:
        write(Path(name))
        found: dict[str, list[dict[str, float]]] = {"decoded": [], "cached": []}
        for _ in range(ROUNDS):
            for kind, rows in found.items():
                command = [sys.executable, "-P", __file__, "--one", name, kind]
                cache = str(Path(name) / f"cache-{kind}-{len(rows)}")
                done = subprocess.run(
                    command,
                    check=True,
                    stdout=subprocess.PIPE,
                    text=True,
                    env=os.environ | {"MNERCTL_CACHE": cache},
                )
                rows.append(json.loads(done.stdout.splitlines()[-1]))
    print("| pictures | first reading | one picture | an epoch |\n|---|--:|--:|--:|")
    for kind, rows in found.items():
        first, one, epoch = (median(row[key] for row in rows) for key in ("first", "one", "epoch"))
        print(f"| {kind} | {first:.1f} s | {1e3 * one:.2f} ms | {epoch:.2f} s |")
    before, after = (median(row["epoch"] for row in rows) for rows in found.values())
    if before < MIN_TIMES * after:
        sys.exit(f"an epoch takes {after:.2f} s instead of {before:.2f}, wanted at most half")


def write(folder: Path) -> None:
    """Write the pictures and the encoder."""
    (folder / "pictures").mkdir()
    for number in range(POSTS * IMAGES):
        (folder / "pictures" / f"{number:03}.jpg").write_bytes(photo(number))
    set_seed(1)
    tiny = {"hidden_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2}
    ViTModel(ViTConfig(patch_size=32, intermediate_size=64, **tiny)).save_pretrained(folder / "vit")
    ViTImageProcessor().save_pretrained(folder / "vit")


def photo(seed: int) -> bytes:
    """Return a JPEG of about 290 kB: coarse shapes with noise."""
    random = np.random.default_rng(seed)
    coarse = Image.fromarray(random.integers(0, 256, (100, 150, 3), dtype=np.uint8)).resize(SIZE)
    noise = random.normal(0, 6, (SIZE[1], SIZE[0], 3))
    pixels = np.clip(np.asarray(coarse, dtype=np.float32) + noise, 0, 255).astype(np.uint8)
    content = BytesIO()
    Image.fromarray(pixels).save(content, "JPEG", quality=85)
    return content.getvalue()


def posts(folder: Path) -> Iterator[Record]:
    """Yield posts with three pictures each."""
    names = sorted(path.name for path in (folder / "pictures").iterdir())
    for number in range(POSTS):
        images = tuple(names[number * IMAGES : (number + 1) * IMAGES])
        words, labels = ("Ada", "is", "here"), ("B-PER", "O", "O")
        yield Record(id=str(number), text=words, label=labels, images=images)


def measured(folder: Path, *, cached: bool) -> dict[str, float]:
    """Train, and return CPU seconds: of reading all pictures first, of one more reading, and of an epoch."""
    if not cached:
        pixel_cache.MOST_BYTES = 0  # type: ignore[misc]
    train_posts = tuple(posts(folder))
    splits = {"train": train_posts, "dev": train_posts[:1], "test": train_posts[:1]}
    release = Release("made", folder, splits, lambda name: folder / "pictures" / name)
    encoder = load_image_encoder(str(folder / "vit"))
    started = time.process_time()
    options: dict[str, Any] = {"trained": True, "workers": 1, "on_count": lambda *_: None}
    pictures, problems = read_pictures(release, encoder, **options)
    first = time.process_time() - started
    assert not problems
    preset = replace(
        PRESETS["paper"], text_encoder=SMOKE, epochs=EPOCHS, threads=1, precision="float32"
    )
    set_seed(1)
    inputs = BuildInputs(
        train=train_posts, preset=preset, seed=1, image_encoder=encoder, pictures=pictures
    )
    ends: list[float] = []
    train(
        SYSTEMS["tpm-mi"].build(inputs),
        release,
        preset,
        seed=1,
        on_step=lambda *_: None,
        on_epoch=lambda *_: ends.append(time.process_time()),
    )
    started = time.process_time()
    if cached:
        for row in range(IMAGES * POSTS):
            pictures.read([row])
    else:
        for name in pictures.rows:
            with decoded(read_picture(release.image_path(name))) as picture:
                encoder.pixels(picture)
    one = (time.process_time() - started) / (IMAGES * POSTS)
    return {"first": first, "one": one, "epoch": (ends[-1] - ends[0]) / (EPOCHS - 1)}


if __name__ == "__main__":
    main()
