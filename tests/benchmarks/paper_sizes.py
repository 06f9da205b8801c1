"""Train `--preset paper` for two steps in its real sizes: BERT-base and ViT-B/16, trained together.

A hub would only provide other values of the same weights. The saved model must hold the parameters of both
encoders and of the layers between them. The suite trains tiny encoders with the same preset.
"""

from __future__ import annotations

import json
import math
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from safetensors import safe_open

from support.command import run
from support.made_mner_mi import small_table, write_made_mner_mi
from support.paper_encoders import write_encoders

PARAMETERS, TOLERANCE = 207.3e6, 0.01
STEPS = "training: 2 of 2"


def main() -> None:
    """Print one row; exit with 1 if the training, its steps or the size of the model is not as it must be."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "paper"
        write_encoders(folder)
        statistics = small_table(train=16, dev=4, test=4)
        write_made_mner_mi(folder / "mi", statistics=statistics, seed=3, pictures=6)
        words = ("--preset", "paper", "--epochs", "1", "--out", "report", "--json")
        encoders = ("--text-encoder", "bert", "--image-encoder", "vit")
        began = time.perf_counter()
        ended = run("train-check", "mi", *words, *encoders, folder=folder, seconds=3600)
        seconds = time.perf_counter() - began
        if ended.code not in (0, 5):
            sys.exit(ended.err)
        weights = folder / "report" / "model" / "model.safetensors"
        with safe_open(weights, framework="pt") as opened:
            shapes = [opened.get_slice(name).get_shape() for name in opened.keys()]  # noqa: SIM118
        masked = json.loads(ended.out)["run"]["images_masked"]
    parameters = sum(math.prod(shape) for shape in shapes)
    print("| posts | steps | parameters, million | images masked | seconds |")
    print("|--:|--:|--:|--:|--:|")
    print(f"| 16 | 2 | {parameters / 1e6:.1f} | {masked} | {seconds:.0f} |")
    if masked or STEPS not in ended.err or abs(parameters / PARAMETERS - 1) > TOLERANCE:
        sys.exit(
            f"wanted {STEPS!r}, no masked image and about {PARAMETERS / 1e6} million parameters"
        )


if __name__ == "__main__":
    main()
