"""The commands of docs/tutorial.md can be typed one after the other and print what the page shows."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

from support.checkout import ROOT
from support.command import MNERCTL

pytestmark = pytest.mark.e2e

FENCE = re.compile(r"^```(sh|text)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def test_the_commands_work_and_print_what_is_shown(tmp_path: Path) -> None:
    blocks = FENCE.findall((ROOT / "docs" / "tutorial.md").read_text(encoding="utf-8"))
    assert [kind for kind, _ in blocks].count("sh") == 7
    printed: list[str] = []
    for kind, text in blocks:
        if kind == "sh":
            printed = typed(text, tmp_path)
            continue
        remaining = iter(printed)
        for line in text.splitlines():
            assert line == "..." or line in remaining, (
                f"{line!r} not in, or not in this order:\n{printed}"
            )
    assert (tmp_path / "gallery" / "index.html").is_file()
    assert (tmp_path / "reports" / "1.1.0" / "report.html").is_file()
    assert not list((tmp_path / "hub").rglob("*.jpg"))


def typed(commands: str, folder: Path) -> list[str]:
    """Run the lines in a shell and return all lines that they print, without trailing spaces."""
    kept = {
        name: value for name, value in os.environ.items() if name not in {"FORCE_COLOR", "COLUMNS"}
    }
    path = f"{MNERCTL.parent}{os.pathsep}{os.environ['PATH']}"
    ended = subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", commands],
        cwd=folder,
        env=kept | {"PATH": path},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=300,
    )
    assert ended.returncode == 0, f"{commands}\n{ended.stdout}"
    return [line.rstrip() for line in ended.stdout.splitlines()]
