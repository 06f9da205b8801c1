"""Test with linear probes that made pictures show their entity type by shape alone.

One probe reads raw pixels, the other an encoder's vectors. There are 2,000 pictures, 1,600 to train on and
400 to test; chance is 25 %. The limits: pixels at most 38 %, so that
colour and layout do not give the type away, and EfficientNet-lite0 at 98 pixels at least 92 %.
"""

from __future__ import annotations

import sys
from io import BytesIO
from random import Random

import numpy as np
import torch
from PIL import Image

from mnerctl.collector.made.picture import draw_picture
from mnerctl.model.inputs.pretrained import load_image_encoder
from mnerctl.schema import TYPES

PICTURES, TRAIN = 2000, 1600
MAX_BY_PIXELS, MIN_BY_ENCODER = 0.38, 0.92


def main() -> None:
    """Print both accuracies as a table; exit with 1 if one misses its limit."""
    labels = torch.arange(PICTURES) % len(TYPES)
    pictures = [_picture(index, label) for index, label in enumerate(labels.tolist())]
    pixels = torch.from_numpy(
        np.stack([np.asarray(one.resize((12, 12), Image.Resampling.BOX)) for one in pictures])
    )
    encoder = load_image_encoder("offline", size=98)
    vectors = torch.cat(
        [
            encoder.encode(torch.stack([encoder.pixels(one) for one in pictures[at : at + 32]]))
            for at in range(0, PICTURES, 32)
        ]
    )
    by_pixels = max(accuracy(pixels, labels, decay) for decay in (0.001, 0.01, 0.1, 1.0))
    by_encoder = accuracy(vectors, labels, 0.01)
    print("| probe | accuracy | limit |")
    print("|---|--:|--:|")
    print(f"| raw pixels, 12 x 12 | {by_pixels:.1%} | at most {MAX_BY_PIXELS:.0%} |")
    print(f"| encoder `offline` | {by_encoder:.1%} | at least {MIN_BY_ENCODER:.0%} |")
    if by_pixels > MAX_BY_PIXELS or by_encoder < MIN_BY_ENCODER:
        sys.exit(1)


def _picture(index: int, label: int) -> Image.Image:
    content = draw_picture(TYPES[label], Random(f"probe/{index}"))
    return Image.open(BytesIO(content)).convert("RGB")


def accuracy(inputs: torch.Tensor, labels: torch.Tensor, decay: float) -> float:
    """Return the test accuracy of multinomial logistic regression on standardised inputs."""
    train = inputs.flatten(1).float()[:TRAIN]
    inputs = (inputs.flatten(1).float() - train.mean(0)) / (train.std(0) + 1e-6)
    weights = torch.zeros(inputs.shape[1], len(TYPES), requires_grad=True)
    optimizer = torch.optim.LBFGS([weights], max_iter=100, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimizer.zero_grad()
        errors = torch.nn.functional.cross_entropy(inputs[:TRAIN] @ weights, labels[:TRAIN])
        value = errors + decay * weights.square().sum()
        value.backward()
        return value

    optimizer.step(loss)
    right = (inputs[TRAIN:] @ weights).argmax(1) == labels[TRAIN:]
    return float(right.float().mean())


if __name__ == "__main__":
    main()
