"""`mnerctl demo` from the wheel with the extras `train` and `offline` and nothing else: the whole chain.

The environment links the packages that these extras require, and pip finds them there. With packages from
the index, and with the other extras, `tests/benchmarks/wheel_extras.py` tries it.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path

import pytest

from support.checkout import ROOT
from support.wheel import PIP, link_required, new_environment, output_of

pytestmark = [pytest.mark.release, pytest.mark.slow]
SHOWN = [
    "$ mnerctl fetch --source made --max-posts 60 --corpus demo/corpus",
    "$ mnerctl label import demo/corpus/made/spans.jsonl --annotator truth --corpus demo/corpus",
    "$ mnerctl release build --version 1.0.0 --from-annotator truth"
    " --splits demo/corpus/made/splits.json --corpus demo/corpus --out demo/release",
    "$ mnerctl train-check demo/release --epochs 6 --out demo/report",
]


@pytest.fixture(scope="module")
def command(installed, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`mnerctl` in an environment with these extras alone."""
    python, site = new_environment(tmp_path_factory.mktemp("extras") / "env")
    link_required(site, "train,offline")
    pip = [*PIP, "--python", python]
    wanted = [f"{installed.wheel}[train,offline]", "-c", ROOT / "constraints.txt"]
    output_of(*pip, "install", "--quiet", "--no-index", *wanted)
    listed = output_of(*pip, "list")
    assert "mnerctl" in listed and "label-studio-sdk" not in listed and "mlcroissant" not in listed
    return python.with_name("mnerctl")


def test_demo_runs_the_chain_and_ends_with_a_report(command: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [command, "demo", "--posts", "60"],
        cwd=tmp_path,
        env={**os.environ, "MNERCTL_CACHE": str(tmp_path / "cache"), "HF_HUB_OFFLINE": "1"},
        capture_output=True,
        text=True,
    )
    # a model may not learn enough from so few posts: both verdicts are fine
    assert done.returncode in (0, 5), done.stderr
    assert [line for line in done.stderr.splitlines() if line.startswith("$ ")] == SHOWN
    assert "60 lines: 60 kept" in done.stderr
    report = json.loads((tmp_path / "demo" / "report" / "report.json").read_text())
    assert report["run"]["images_masked"] == 0
    assert report["run"]["records"] == {"train": 42, "dev": 6, "test": 12}
    assert re.search(
        rf"^{report['verdict']}: test F1 .*, trained in \d+ s; see demo/report/report.html$",
        done.stderr,
        re.MULTILINE,
    )
    times = [
        line for line in done.stderr.splitlines() if line.startswith("seconds (CPU seconds): ")
    ]
    assert [re.findall(r"([a-z][a-z -]*) \d+ \(\d+\)", line) for line in times] == [
        ["reading", "data rules and leaks", "pictures", "training", "judging", "in all"],
        ["posts", "spans", "release", "train-check", "in all"],
    ]
    page = (tmp_path / "demo" / "report" / "report.html").read_text()
    assert page.count("data:image/jpeg;base64,") >= 2
    assert "entities" in done.stdout and "micro" in done.stdout and "learnability" in done.stdout
