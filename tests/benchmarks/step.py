"""Compare our training step with the published code's habits, at the paper's sizes and on the same data.

Both use BERT-base and ViT-B/16 with random weights, batches of 8 posts, made texts and pictures of noise.
Text lengths are those of Twitter-2017, numbers of images those of MNER-MI.

Published habits: `tpm-mi-legacy`, texts padded to 64, four images encoded for every post, CRF decoding at
every step, float32. The limits for ours: 3 times the posts per second with the image encoder trained, 20
times with it frozen and its vectors cached. The first limit applies only where the hardware has bfloat16.

Ratios compare CPU seconds (on a GPU, seconds), so that other work on the machine matters less. An argument
gives the number of timed steps.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import torch
import torchcrf
from torch import Tensor
from transformers import BertConfig, BertModel, ViTConfig, ViTModel

from mnerctl.model.inputs.pretrained import load_image_encoder, pooled_output, remove_pooler
from mnerctl.model.machine.memory import PeakMemory
from mnerctl.model.machine.precision import bfloat16_in_hardware
from mnerctl.model.networks.crf import Crf
from mnerctl.model.networks.tagger import Tagger
from mnerctl.model.networks.tpm_mi import TpmMi
from mnerctl.model.networks.tpm_mi_config import TpmMiConfig
from mnerctl.model.networks.tpm_mi_legacy import LegacyConfig, TpmMiLegacy
from mnerctl.schema.labels import LABELS

BATCH, PADDED, IMAGES, SIDE = 8, 64, 4, 224
SUBWORDS = (11, 14, 16, 18, 19, 21, 23, 26, 29, 36)
"""Ten quantiles of text length in Twitter-2017 (median 19, 99 % below 37); MNER-MI publishes none."""
IMAGE_COUNTS = {2: 3711, 3: 814, 4: 2331}
"""Tweets of MNER-MI's train split by number of images (Huang et al., LREC-COLING 2024)."""
MIN_TRAINED, MIN_CACHED = 3.0, 20.0
Batch = dict[str, Tensor]


def main() -> None:
    """Print the tables; exit with 1 if a limit is missed."""
    if sys.argv[1:2] == ["--one"]:
        print(json.dumps(measured(sys.argv[2], steps=int(sys.argv[3]))))
        return
    steps = sys.argv[1] if sys.argv[1:] else "3"
    kind = "bfloat16" if bfloat16_in_hardware()[0] else "float32"
    print(f"{BATCH} posts per step, {steps} timed steps, ours in {kind}.\n")
    print("| step | posts/s | CPU s per post | peak memory | speed-up |")
    print("|---|--:|--:|--:|--:|")
    found: dict[str, dict[str, float]] = {}
    for name in VARIANTS:
        command = [sys.executable, "-P", __file__, "--one", name, steps]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
        row = found[name] = json.loads(done.stdout)
        times = found["published habits"]["cost"] / row["cost"]
        cells = (
            f"{row['posts']:.2f} | {row['cpu']:.2f} | {row['memory'] / 1e9:.1f} GB | {times:.1f}"
        )
        print(f"| {name} | {cells} |", flush=True)
    print_encoders()
    print_crf()
    cost = {name: row["cost"] for name, row in found.items()}
    trained = cost["published habits"] / cost["ours, image encoder trained"]
    cached = cost["published habits"] / cost["ours, vectors cached"]
    if (trained < MIN_TRAINED and bfloat16_in_hardware()[0]) or cached < MIN_CACHED:
        sys.exit(
            f"speed-up {trained:.1f} trained and {cached:.1f} cached, wanted {MIN_TRAINED} and {MIN_CACHED}"
        )


def measured(name: str, *, steps: int) -> dict[str, float]:
    """Measure one variant: a warm-up step, then the timed steps."""
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    torch.manual_seed(1)
    posts = list(made_posts(BATCH * 50))
    with PeakMemory() as memory:
        step = VARIANTS[name](posts, device)
        step(0)
        started, cpu = time.perf_counter(), time.process_time()
        for number in range(1, steps + 1):
            step(number)
        if device.type == "cuda":
            torch.cuda.synchronize()
        seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
        peak = memory.peak()
    done = BATCH * steps
    cost = seconds if device.type == "cuda" else cpu
    return {"posts": done / seconds, "cpu": cpu / done, "memory": peak, "cost": cost / done}


def made_posts(count: int) -> Iterator[tuple[int, int]]:
    """Yield (subwords, images) of each post."""
    random = Random(1)
    images = random.choices(list(IMAGE_COUNTS), list(IMAGE_COUNTS.values()), k=count)
    for number in images:
        yield random.choice(SUBWORDS) + 2, number


def batch_of(posts: list[tuple[int, int]], *, padded: int, device: torch.device) -> Batch:
    """Return a batch of texts with one subword per word, with tags and without pictures."""
    lengths = torch.tensor([length for length, _ in posts])
    mask = torch.arange(padded) < lengths[:, None]  # (batch, subwords)
    words = torch.arange(padded - 2) < lengths[:, None] - 2  # (batch, words)
    batch = {
        "input_ids": torch.randint(1000, 30_000, mask.shape) * mask,
        "attention_mask": mask.long(),
        "word_index": torch.arange(1, padded - 1).expand_as(words) * words,
        "word_mask": words,
        "labels": torch.where(words, 0, -100),
        "image_mask": torch.arange(IMAGES) < torch.tensor([n for _, n in posts])[:, None],
    }
    return {name: tensor.to(device) for name, tensor in batch.items()}


def pixels_of(batch: Batch) -> Batch:
    """Add pixels to a batch: noise for each picture, zeros where there is none."""
    mask = batch["image_mask"]
    pixels = torch.randn(BATCH, IMAGES, 3, SIDE, SIDE, device=mask.device)
    return batch | {"pixel_values": pixels * mask[:, :, None, None, None]}


def published(posts: list[tuple[int, int]], device: torch.device) -> Callable[[int], None]:
    """Return the training step of the published code."""
    model = TpmMiLegacy.from_encoders(BertModel(BertConfig()), LegacyConfig(), image=vit())
    model.to(device).train()
    optimizer = torch.optim.AdamW(model.parameters(), lr=5e-5)

    def step(number: int) -> None:
        chosen = Random(number).sample(posts, BATCH)
        batch = pixels_of(batch_of(chosen, padded=PADDED, device=device))
        output = model(**batch)
        output.loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        model.decoder.decode(output.emissions.detach(), batch["word_mask"])

    return step


def ours(
    posts: list[tuple[int, int]], device: torch.device, *, trained: bool
) -> Callable[[int], None]:
    """Return the training step of `train.py`: texts of similar length, only existing images, no decoding."""
    image = vit() if trained else None
    model: Tagger = TpmMi.from_encoders(BertModel(BertConfig()), TpmMiConfig(), image=image)
    model.to(device).train()
    optimizer = torch.optim.AdamW(model.parameters(), lr=5e-5, fused=True)
    by_length = sorted(posts, key=lambda post: post[0])  # numbers of images stay mixed

    def step(number: int) -> None:
        start = Random(number).randrange(0, len(posts) // BATCH) * BATCH
        chosen = by_length[start : start + BATCH]
        batch = batch_of(chosen, padded=max(length for length, _ in chosen), device=device)
        if trained:
            batch = pixels_of(batch)
        else:
            batch["image_features"] = torch.randn(BATCH, IMAGES, 768, device=device)
        with precision(device):
            loss = model(**batch).loss
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()

    return step


VARIANTS: dict[str, Callable[[list[tuple[int, int]], torch.device], Callable[[int], None]]] = {
    "published habits": published,
    "ours, image encoder trained": lambda posts, device: ours(posts, device, trained=True),
    "ours, vectors cached": lambda posts, device: ours(posts, device, trained=False),
}


def precision(device: torch.device) -> contextlib.AbstractContextManager[Any]:
    """Return autocast to bfloat16 where the hardware has it, as in `train.py`."""
    return (
        torch.autocast(device.type, torch.bfloat16)
        if bfloat16_in_hardware()[0]
        else contextlib.nullcontext()
    )


def vit() -> ViTModel:
    """Return ViT-B/16 without a pooler."""
    return remove_pooler(ViTModel(ViTConfig()))  # type: ignore[return-value]


def print_encoders() -> None:
    """Print vectors per second of frozen encoders; decoding the pictures is not measured."""
    print("\n| image encoder | pixels | vectors/s |\n|---|--:|--:|")
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    model = vit().to(device).eval()

    def by_vit(pixels: Tensor) -> Tensor:
        with torch.no_grad(), precision(device):
            return pooled_output(model(pixel_values=pixels))

    small = load_image_encoder("offline", size=98)
    encoders = (("ViT-B/16", by_vit, SIDE, 8), ("EfficientNet-lite0", small.encode, 98, 64))
    for name, encode, side, count in encoders:
        pixels = torch.randn(count, 3, side, side, device=device)
        print(f"| {name} | {side} | {count / timed(lambda: encode(pixels), times=2):.0f} |")  # noqa: B023


def print_crf() -> None:
    """Print times of our CRF and pytorch-crf on 32 texts of 64 words and 9 tags."""
    print("\n| CRF, 32 x 64 x 9 | loss and gradient | best path |\n|---|--:|--:|")
    emissions = torch.randn(32, 64, len(LABELS), requires_grad=True)
    tags, mask = torch.zeros(32, 64, dtype=torch.long), torch.ones(32, 64, dtype=torch.bool)
    crf, other = Crf(), torchcrf.CRF(len(LABELS), batch_first=True)
    losses = {
        "ours": lambda: crf.negative_log_likelihood(emissions, tags, mask=mask).mean(),
        "pytorch-crf": lambda: -other(emissions, tags, mask=mask, reduction="mean"),
    }
    paths = {
        "ours": lambda: crf.decode(emissions, mask),
        "pytorch-crf": lambda: other.decode(emissions, mask=mask),
    }
    for name in losses:
        loss = timed(lambda: losses[name]().backward(), times=30)  # noqa: B023
        path = timed(paths[name], times=30)
        print(f"| {name} | {1e3 * loss:.1f} ms | {1e3 * path:.1f} ms |")


def timed(work: Callable[[], object], *, times: int) -> float:
    """Return the seconds of the fastest call: other work on the machine only adds time."""
    work()
    found = []
    for _ in range(times):
        started = time.perf_counter()
        work()
        if torch.cuda.is_available():
            torch.cuda.synchronize()
        found.append(time.perf_counter() - started)
    return min(found)


if __name__ == "__main__":
    main()
