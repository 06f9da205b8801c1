"""Print test F1 and seconds of `train-check --preset quick` on the real Twitter-2017 text without images.

The target: at least 82 strict F1, with the epoch chosen on dev, in at most 4 minutes on 2 cores for the
whole command.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("MNERCTL_SHARED", ROOT.parent / "shared"))
SYSTEMS = ("tpm-mi", "bert-crf")


def main() -> None:
    """Print one row per system."""
    data = SHARED / "data" / "twitter2017"
    if not data.is_dir():
        sys.exit(f"{data}: no Twitter-2017 text; set MNERCTL_SHARED to the folder that has data/")
    print("| system | dev F1 by epoch | test P | test R | test F1 | training s | whole command s |")
    print("|---|---|--:|--:|--:|--:|--:|")
    for system in SYSTEMS:
        with tempfile.TemporaryDirectory() as folder:
            command = [str(Path(sys.executable).with_name("mnerctl")), "train-check", str(data)]
            command += ["--preset", "quick", "--system", system, "--allow-missing-images"]
            command += ["--json", "--out", f"{folder}/report"]
            started = time.monotonic()
            done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
            seconds = time.monotonic() - started
        report = json.loads(done.stdout)
        micro = report["scores"]["test"]["micro"]
        scores = " | ".join(f"{100 * micro[key]:.2f}" for key in ("precision", "recall", "f1"))
        dev = ", ".join(f"{100 * f1:.2f}" for f1 in report["run"]["trainings"][0]["dev_f1"])
        print(
            f"| {system} | {dev} | {scores} | {report['run']['seconds']:.0f} | {seconds:.0f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
