"""A script for `torchrun`: trains bert-crf without dropout on a release, and says what each process saw.

Arguments: the release, the folder for its answers (`<rank>.json`), and the folder for checkpoints.
"""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

from transformers import set_seed

from mnerctl.model.systems import SYSTEMS
from mnerctl.model.systems.preset import PRESETS
from mnerctl.model.systems.system import BuildInputs
from mnerctl.model.training import processes
from mnerctl.model.training.train import train
from mnerctl.schema import Release

PRESET = replace(PRESETS["smoke"], batch_size=8, epochs=2, dropout=0.0, attention_dropout=0.0)


def main() -> None:
    """Writes dev scores, predictions, what was told, and what a block for the first saw."""
    source, out, checkpoints = map(Path, sys.argv[1:])
    processes.join_group()
    with processes.first_before_others():
        seen = [path.name for path in out.iterdir()]
        (out / f"seen-by-{processes.rank()}").touch()
    release = Release.load(source)
    set_seed(7)
    material = BuildInputs(train=release.splits["train"], preset=PRESET, seed=7)
    told: list[str] = []
    trained = train(
        SYSTEMS["bert-crf"].build(material),
        release,
        PRESET,
        seed=7,
        on_step=lambda done, total: told.append(f"{done} of {total}"),
        on_epoch=lambda epoch, f1: told.append(f"epoch {epoch}"),
        on_estimate=lambda estimate: told.append("estimate"),
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
    said = {"dev_f1": trained.dev_f1, "spans": spans, "weights": weights}
    said |= {"told": told, "seen": seen}
    (out / f"{processes.rank()}.json").write_text(json.dumps(said))


if __name__ == "__main__":
    main()
