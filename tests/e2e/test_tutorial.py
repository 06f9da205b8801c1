"""docs/tutorial.md, typed line by line as it stands there."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

from support.command import MNERCTL

pytestmark = pytest.mark.e2e

TUTORIAL = Path(__file__).parents[2] / "docs" / "tutorial.md"


def test_every_line_of_the_tutorial_works(tmp_path: Path) -> None:
    blocks = re.findall(r"^```sh\n(.*?)^```", TUTORIAL.read_text(encoding="utf-8"), re.M | re.S)
    assert len(blocks) == 7
    path = f"{Path(MNERCTL).parent}{os.pathsep}{os.environ['PATH']}"
    for block in blocks:
        ended = subprocess.run(
            ["bash", "-e", "-o", "pipefail", "-c", block],
            cwd=tmp_path,
            env={**os.environ, "PATH": path},
            capture_output=True,
            text=True,
            timeout=300,
        )
        assert ended.returncode == 0, f"{block}\n{ended.stdout}\n{ended.stderr}"
    assert (tmp_path / "gallery" / "index.html").is_file()
    assert (tmp_path / "reports" / "1.1.0" / "report.html").is_file()
    assert not list((tmp_path / "hub").rglob("*.jpg"))
