"""`torchrun --nproc_per_node 2`: two processes train as one does, and only the first prints."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from support.made_release import made_plus

pytest.importorskip("torch", reason="needs mnerctl[train]")
pytestmark = [pytest.mark.e2e, pytest.mark.slow]
SCRIPT = Path(__file__).parents[1] / "support" / "train_shared.py"


def torchrun(processes: int, *words: str | Path, folder: Path) -> subprocess.CompletedProcess[str]:
    """Start the processes in `folder` with one thread each, and wait for all; one needs no torchrun."""
    several = [Path(sys.executable).with_name("torchrun"), "--standalone", "--nproc_per_node"]
    command = [*several, str(processes)] if processes > 1 else [sys.executable, "-P"]
    own = {"OMP_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1", "MNERCTL_CACHE": str(folder / "cache")}
    return subprocess.run(
        [*command, *words],
        cwd=folder,
        env=os.environ | own,
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )


def trained(folder: Path, processes: int) -> list[dict[str, Any]]:
    """Return the results of each process, by rank."""
    out = folder / f"by-{processes}"
    out.mkdir()
    arguments = (SCRIPT, folder / "plus", out, folder / f"checkpoints-{processes}")
    done = torchrun(processes, *arguments, folder=folder)
    assert done.returncode == 0, done.stderr
    return [json.loads((out / f"{rank}.json").read_text()) for rank in range(processes)]


def test_two_processes_train_as_one_does(tmp_path: Path) -> None:
    made_plus(tmp_path, train=16, dev=6, test=6, pictures=0)  # 32 texts: whole batches
    (alone,) = trained(tmp_path, 1)
    first, second = trained(tmp_path, 2)
    assert first["weights"] == second["weights"]
    for name, values in alone["weights"].items():  # without dropout only rounding differs
        assert first["weights"][name] == pytest.approx(values, abs=1e-3), name
    assert first["dev_f1"] == second["dev_f1"] == pytest.approx(alone["dev_f1"], abs=0.02)
    assert first["spans"] == second["spans"]
    different = sum(a != b for a, b in zip(first["spans"], alone["spans"], strict=True))
    assert different <= 1
    steps = [f"{step} of 8" for step in range(1, 9)]
    wanted = ["estimate", *steps[:4], "epoch 1", *steps[4:], "epoch 2"]
    assert (alone["progress"], first["progress"], second["progress"]) == (wanted, wanted, [])
    assert (first["seen"], second["seen"]) == ([], ["seen-by-0"])


def test_two_processes_judge_a_release_and_only_the_first_prints(tmp_path: Path) -> None:
    made_plus(tmp_path, train=18, dev=6, test=6, is_sound=True)
    words = ("-m", "mnerctl", "train-check", "plus", "--preset", "smoke", "--out", "report")
    done = torchrun(2, *words, folder=tmp_path)
    # torchrun exits with 1 for any failure; a random network is not fit to publish
    assert done.returncode == 1
    err = done.stderr
    assert err.count("error: MNER-MI-Plus: not fit to publish: learnability") == 1
    assert len(re.findall(r"^(?:reading|pictures): (\d+) of \1$", err, re.MULTILINE)) == 2
    assert err.count("epoch 1: dev F1") == err.count("see report/report.html") == 1
    assert done.stdout.count("MNER-MI-Plus: tpm-mi, test") == 1
    report = json.loads((tmp_path / "report" / "report.json").read_bytes())
    assert report["verdict"] == "fail"
    assert report["run"]["records"] == {"train": 34, "dev": 12, "test": 12}
    assert not list(tmp_path.glob("*partial*"))
