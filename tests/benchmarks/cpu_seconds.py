"""Print the CPU seconds and the test F1 of a whole training, of this checkout and of another one.

`bert-crf` is trained with `--preset quick` in float32 on one thread, on the real Twitter-2017 text. Other
work on the machine changes CPU seconds less than seconds, but it does change them. Therefore trainings of
both checkouts take turns:

    git worktree add --detach /tmp/before COMMIT
    python -P tests/benchmarks/cpu_seconds.py /tmp/before 1234 1235 1236

Without arguments, only this checkout is measured, with seed 1234. The last row has the ratio and the
difference of the means. The goal for the first speed-up was a ratio of at
most 0.7 and at most 0.5 F1 less.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from statistics import mean

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("MNERCTL_SHARED", ROOT.parent / "shared"))
SYSTEM = "bert-crf"
Row = dict[str, float]


def main() -> None:
    """Print one row per training."""
    if sys.argv[1:2] == ["--one"]:
        print(json.dumps(trained(int(sys.argv[2]))))
        return
    before = Path(sys.argv[1]).resolve() if sys.argv[1:] else None
    seeds = [int(seed) for seed in sys.argv[2:]] or [1234]
    checkouts = {"before": before, "now": ROOT} if before else {"now": ROOT}
    print("| checkout | seed | CPU s of training | CPU s in all | dev F1 | test F1 |")
    print("|---|--:|--:|--:|--:|--:|")
    found: dict[str, list[Row]] = {name: [] for name in checkouts}
    for seed in seeds:
        for name, checkout in checkouts.items():
            assert checkout is not None
            row = in_checkout(checkout, seed)
            found[name].append(row)
            print(
                f"| {name} | {seed} | {row['training']:.0f} | {row['all']:.0f} |"
                f" {row['dev']:.2f} | {row['test']:.2f} |",
                flush=True,
            )
    if before:
        means = {
            name: {key: mean(row[key] for row in rows) for key in rows[0]}
            for name, rows in found.items()
        }
        then, now = means["before"], means["now"]
        ratios = " | ".join(f"{now[key] / then[key]:.2f}" for key in ("training", "all"))
        changes = " | ".join(f"{now[key] - then[key]:+.2f}" for key in ("dev", "test"))
        print(f"| now to before | | {ratios} | {changes} |")


def in_checkout(checkout: Path, seed: int) -> Row:
    """Train with the package of a checkout, in another process."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "mnerctl").symlink_to(checkout)
        command = [sys.executable, "-P", __file__, "--one", str(seed)]
        environment = os.environ | {"PYTHONPATH": folder, "OMP_NUM_THREADS": "1"}
        done = subprocess.run(
            command, env=environment, stdout=subprocess.PIPE, check=True, text=True
        )
    row: Row = json.loads(done.stdout.splitlines()[-1])
    return row


def trained(seed: int) -> Row:
    """Train once, and return CPU seconds and F1 in percent; the first include predicting dev and test."""
    from transformers import set_seed

    from mnerctl.model.machine.machine import Machine
    from mnerctl.model.machine.precision import choose_precision
    from mnerctl.model.machine.threads import Threads
    from mnerctl.model.systems import SYSTEMS
    from mnerctl.model.systems.preset import PRESETS
    from mnerctl.model.systems.system import BuildInputs
    from mnerctl.model.training.train import train
    from mnerctl.schema import Release, score_spans

    release = Release.load(SHARED / "data" / "twitter2017")
    system = SYSTEMS[SYSTEM]
    preset = replace(system.adapt(PRESETS["quick"]), threads=1, precision="float32")
    set_seed(seed)
    built = system.build(BuildInputs(train=release.splits["train"], preset=preset, seed=seed))
    started = time.process_time()
    done = train(
        built,
        release,
        preset,
        seed=seed,
        on_step=lambda done, total: None,
        on_epoch=lambda epoch, f1: None,
        machine=Machine(choose_precision("float32"), Threads(1, "as the benchmark says")),
    )
    cpu = time.process_time() - started
    predicted = [[one.span for one in row] for row in done.predictions["test"]]
    micro = score_spans([record.spans for record in release.splits["test"]], predicted).micro
    dev = 100 * max(done.dev_f1)
    return {"training": cpu, "all": time.process_time(), "dev": dev, "test": 100 * micro.f1}


if __name__ == "__main__":
    main()
