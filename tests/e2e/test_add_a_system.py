"""The system of docs/contributing/add-a-system.md, trained beside another one in a copy of the checkout.

`test_contributing.py` follows the same page with its commands, which run the tests of the systems.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from support.checkout import ROOT
from support.followed_page import blocks, changed, copied_checkout
from support.made_release import made_plus

pytestmark = pytest.mark.e2e

PAGE = ROOT / "docs" / "contributing" / "add-a-system.md"


def test_one_module_and_one_line_make_a_system(tmp_path: Path) -> None:
    copy = copied_checkout(tmp_path)
    module, line = (block for block in blocks(PAGE) if block.path)
    (copy / module.path).write_text(module.text, encoding="utf-8")
    before = (copy / line.path).read_text(encoding="utf-8")
    (copy / line.path).write_text(changed(before, line), encoding="utf-8")
    made_plus(tmp_path, train=18, dev=6, test=6)
    command = ["compare", "plus", "--systems", "word-crf,bilstm-crf", "--preset", "smoke"]
    ended = subprocess.run(
        [sys.executable, "-P", "-m", "mnerctl", *command, "--out", "out", "--json"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert ended.returncode == 0, ended.stderr
    rows = json.loads(ended.stdout)["rows"]
    assert [row["system"] for row in rows] == ["word-crf", "bilstm-crf"]
