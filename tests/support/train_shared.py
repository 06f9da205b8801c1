"""A script for `torchrun`: it trains bert-crf without dropout on a release, in several processes.

Arguments: the release, the folder for the results (`<rank>.json`), and the folder for checkpoints.
"""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

from transformers import set_seed

from mnerctl.model.machine import processes
from mnerctl.model.systems import SYSTEMS
from mnerctl.model.systems.preset import PRESETS
from mnerctl.model.systems.system import BuildInputs
from mnerctl.model.training.train import train
from mnerctl.schema import Release

PRESET = replace(PRESETS["smoke"], batch_size=8, epochs=2, dropout=0.0, attention_dropout=0.0)


def main() -> None:
    """Train, and write dev scores, predictions, reported progress, and the files seen in a shared block."""
    source, out, checkpoints = map(Path, sys.argv[1:])
    processes.join_group()
    with processes.first_before_others():
        seen = [path.name for path in out.iterdir()]
        (out / f"seen-by-{processes.rank()}").touch()
    release = Release.load(source)
    set_seed(7)
    inputs = BuildInputs(train=release.splits["train"], preset=PRESET, seed=7)
    progress: list[str] = []
    trained = train(
        SYSTEMS["bert-crf"].build(inputs),
        release,
        PRESET,
        seed=7,
        on_step=lambda done, total: progress.append(f"{done} of {total}"),
        on_epoch=lambda epoch, f1: progress.append(f"epoch {epoch}"),
        on_estimate=lambda estimate: progress.append("estimate"),
        checkpoints=checkpoints,
    )
    spans = [
        [[one.span.start, one.span.end, one.span.type] for one in row]
        for row in trained.predictions["test"]
    ]
    weights = {
        name: value.flatten()[:8].tolist()
        for name, value in trained.built.model.state_dict().items()
    }
    results = {"dev_f1": trained.dev_f1, "spans": spans, "weights": weights}
    results |= {"progress": progress, "seen": seen}
    (out / f"{processes.rank()}.json").write_text(json.dumps(results))


if __name__ == "__main__":
    main()
