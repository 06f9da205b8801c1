"""`mnerctl demo`: the whole chain, with the commands that it prints."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.e2e, pytest.mark.slow]
MNERCTL = str(Path(sys.executable).with_name("mnerctl"))
SHOWN = [
    "$ mnerctl fetch --source made --max-posts 150 --corpus demo/corpus",
    "$ mnerctl label import demo/corpus/made/spans.jsonl --annotator truth --corpus demo/corpus",
    "$ mnerctl release build --version 1.0.0 --from-annotator truth"
    " --splits demo/corpus/made/splits.json --corpus demo/corpus --out demo/release",
    "$ mnerctl train-check demo/release --epochs 6 --out demo/report",
]


def run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [MNERCTL, "demo", *words], cwd=folder, capture_output=True, text=True, check=False
    )


def test_demo_runs_the_chain_and_ends_with_a_report(tmp_path: Path) -> None:
    done = run(tmp_path, "--posts", "150")
    # a model may not learn enough from so few posts: both verdicts are fine
    assert done.returncode in (0, 5), done.stderr
    assert [line for line in done.stderr.splitlines() if line.startswith("$ ")] == SHOWN
    assert "150 lines: 150 kept" in done.stderr
    report = json.loads((tmp_path / "demo" / "report" / "report.json").read_text())
    assert report["run"]["images_masked"] == 0
    assert report["run"]["records"] == {"train": 105, "dev": 15, "test": 30}
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


def test_demo_does_not_touch_an_existing_folder(tmp_path: Path) -> None:
    (tmp_path / "demo").mkdir()
    done = run(tmp_path)
    assert done.returncode == 2
    assert done.stderr == (
        "error: demo: already exists\n  try: rm -r demo    # or: mnerctl demo --out another\n"
    )
    assert list((tmp_path / "demo").iterdir()) == []
