"""docs/how-to/add-a-system.md, done: its file and its line in a copy of the package, and the command."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from support.checkout import ROOT, package_files
from support.made_release import made_plus

pytestmark = pytest.mark.e2e

PAGE = ROOT / "docs" / "how-to" / "add-a-system.md"


LAST = "        bilstm_crf.SYSTEM,\n"


def test_one_file_and_its_line_are_a_system(tmp_path: Path) -> None:
    file, lines = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    systems = _copied_package(tmp_path) / "model" / "systems"
    (systems / "word_crf.py").write_text(file, encoding="utf-8")
    imported, listed = lines.splitlines(keepends=True)
    before = (systems / "__init__.py").read_text(encoding="utf-8")
    assert before.count(LAST) == 1
    changed = before.replace("from .system import", f"{imported}from .system import")
    (systems / "__init__.py").write_text(changed.replace(LAST, LAST + listed), encoding="utf-8")
    made_plus(tmp_path, train=18, dev=6, test=6)
    words = ["compare", "plus", "--systems", "word-crf,bilstm-crf", "--preset", "smoke"]
    ended = subprocess.run(
        [sys.executable, "-P", "-m", "mnerctl", *words, "--out", "out", "--json"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert ended.returncode == 0, ended.stderr
    rows = json.loads(ended.stdout)["rows"]
    assert [row["system"] for row in rows] == ["word-crf", "bilstm-crf"]


def _copied_package(folder: Path) -> Path:
    """`folder/mnerctl`: what the wheel holds."""
    for name in package_files():
        path = folder / "mnerctl" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, path)
    return folder / "mnerctl"
