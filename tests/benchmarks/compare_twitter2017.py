"""Compare the five trained text systems on the real Twitter-2017 text, three seeds each.

The limits: bilstm-crf with random word vectors reaches at least 70 strict test F1 and trains in at most
2 minutes on 2 cores. If MNERCTL_BENCH_OUT names a folder, a second start trains only the missing runs.
`--systems A,B` and `--seeds N` make a shorter table.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("MNERCTL_SHARED", ROOT.parent / "shared"))
SYSTEMS = ("bilstm-crf", "cnn-bilstm-crf", "hbilstm-crf", "bert", "bert-crf")
LIMITED, MIN_F1, MAX_SECONDS = "bilstm-crf", 0.70, 120


def main() -> None:
    """Print the table; exit with 1 if bilstm-crf misses a limit."""
    data = SHARED / "data" / "twitter2017"
    if not data.is_dir():
        sys.exit(f"{data}: no Twitter-2017 text; set MNERCTL_SHARED to the folder that has data/")
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--systems", default=",".join(SYSTEMS))
    parser.add_argument("--seeds", default="3")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        out = Path(os.environ.get("MNERCTL_BENCH_OUT", f"{folder}/compared"))
        command = [str(Path(sys.executable).with_name("mnerctl")), "compare", str(data)]
        command += ["--systems", options.systems, "--seeds", options.seeds, "--preset", "quick"]
        subprocess.run([*command, "--out", str(out)], stdout=subprocess.DEVNULL, check=True)
        print((out / "compare.md").read_text(encoding="utf-8"))
        found = json.loads((out / "compare.json").read_bytes())
    sys.exit(1 if any(_misses(row) for row in found["rows"]) else 0)


def _misses(row: dict[str, Any]) -> bool:
    return row["system"] == LIMITED and (row["f1"]["mean"] < MIN_F1 or row["seconds"] > MAX_SECONDS)


if __name__ == "__main__":
    main()
