"""The wheel with the extras `train` and `offline` and nothing else, in an environment of its own.

`tests/benchmarks/wheel_extras.py` tries the other extras.
"""

from __future__ import annotations

import os
import subprocess
import venv
from pathlib import Path

import pytest

from support.checkout import ROOT

pytestmark = [pytest.mark.release, pytest.mark.slow]


def test_the_demo_runs_from_the_wheel(installed, tmp_path: Path) -> None:
    home = tmp_path / "env"
    venv.create(home, with_pip=True, symlinks=True)
    wanted = [f"{installed.wheel}[train,offline]", "-c", ROOT / "constraints.txt"]
    pip = [home / "bin" / "python", "-m", "pip", "--disable-pip-version-check"]
    subprocess.run([*pip, "install", "--quiet", *wanted], check=True)
    listed = subprocess.run([*pip, "list"], capture_output=True, text=True, check=True).stdout
    assert "mnerctl" in listed and "label-studio-sdk" not in listed and "mlcroissant" not in listed
    ended = subprocess.run(
        [home / "bin" / "mnerctl", "demo", "--posts", "60"],
        cwd=tmp_path,
        env={**os.environ, "MNERCTL_CACHE": str(tmp_path / "cache"), "HF_HUB_OFFLINE": "1"},
        capture_output=True,
        text=True,
    )
    assert ended.returncode in (0, 5), ended.stderr  # a model may not learn enough from 60 posts
    assert (tmp_path / "demo" / "report" / "report.html").is_file()
