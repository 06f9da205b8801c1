"""Real Twitter-2017 text: `mnerctl compare` of the five trained text systems, three seeds each.

The figures to meet: bilstm-crf with random word vectors reaches 70 strict test F1, its training takes at
most 2 minutes on 2 cores. Started again with MNERCTL_BENCH_OUT, it makes only the runs that are missing.
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
LIMITED, LEAST_F1, MOST_SECONDS = "bilstm-crf", 0.70, 120


def main() -> None:
    """Prints the table; exit 1 where bilstm-crf misses its figures."""
    data = SHARED / "data" / "twitter2017"
    if not data.is_dir():
        sys.exit(f"{data}: no Twitter-2017 text; set MNERCTL_SHARED to the folder that has data/")
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--systems", default=",".join(SYSTEMS))
    parser.add_argument("--seeds", default="3")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        out = Path(os.environ.get("MNERCTL_BENCH_OUT", f"{folder}/compared"))
        command = [str(Path(sys.executable).with_name("mnerctl")), "compare", str(data)]
        command += ["--systems", given.systems, "--seeds", given.seeds, "--preset", "quick"]
        subprocess.run([*command, "--out", str(out)], stdout=subprocess.DEVNULL, check=True)
        print((out / "compare.md").read_text(encoding="utf-8"))
        found = json.loads((out / "compare.json").read_bytes())
    sys.exit(1 if any(_misses(row) for row in found["rows"]) else 0)


def _misses(row: dict[str, Any]) -> bool:
    return row["system"] == LIMITED and (
        row["f1"]["mean"] < LEAST_F1 or row["seconds"] > MOST_SECONDS
    )


if __name__ == "__main__":
    main()
