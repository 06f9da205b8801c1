"""Commands on a system that lacks what Windows lacks: they work, or say that they cannot and what to do."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from support.command import environment

pytestmark = pytest.mark.e2e
LIKE_WINDOWS = """
import multiprocessing, os, signal, subprocess, sys, tempfile
import mnerctl.collector, mnerctl.release, mnerctl.annotation, requests, rich.console
from mnerctl.cli.app import main
import mnerctl.cli.console
for name in ("killpg", "fork", "geteuid", "getuid", "O_NOFOLLOW", "sysconf", "fchmod"):
    delattr(os, name)
for name in ("SIGHUP", "SIGKILL"):
    delattr(signal, name)
sys.modules["resource"] = sys.modules["fcntl"] = None
sys.platform = "win32"
main()
"""


def on_windows(line: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a command in a process that looks like one on Windows."""
    return subprocess.run(
        [sys.executable, "-P", "-c", LIKE_WINDOWS, *line.split()],
        cwd=folder,
        env=environment(folder),
        capture_output=True,
        text=True,
        check=False,
    )


def test_collecting_and_releasing_work(tmp_path: Path) -> None:
    for line in (
        "fetch --source made --max-posts 10",
        "label import corpus/made/spans.jsonl --annotator ada",
        "status",
        "release build --version 1.0.0 --from-annotator ada",
        "release audit releases/1.0.0",
        "comply --dry-run",
        "release withdraw releases/1.0.0 1 --reason x",
    ):
        ended = on_windows(line, tmp_path)
        assert "Traceback" not in ended.stderr, ended.stderr
        assert ended.returncode == (3 if " withdraw " in line else 0), ended.stderr


@pytest.mark.parametrize(
    ("line", "what", "hint"),
    [
        (
            "label serve",
            "mnerctl label serve",
            "run it on Linux or macOS, or in WSL, and use it from here: docs/how-to/label-remotely.md",
        ),
        (
            "demo",
            "mnerctl demo",
            "run it on Linux or macOS, or on Windows in WSL: docs/how-to/install.md",
        ),
        (
            "train-check releases/1.0.0",
            "mnerctl train-check",
            "run it on Linux or macOS, or on Windows in WSL: docs/how-to/install.md",
        ),
        (
            "compare releases/1.0.0 --systems bert-crf",
            "mnerctl compare",
            "run it on Linux or macOS, or on Windows in WSL: docs/how-to/install.md",
        ),
    ],
)
def test_what_cannot_work_is_refused(tmp_path: Path, line: str, what: str, hint: str) -> None:
    ended = on_windows(line, tmp_path)
    assert (ended.returncode, ended.stdout, ended.stderr) == (
        2,
        "",
        f"error: {what} does not work on Windows; wanted Linux or macOS\n  try: {hint}\n",
    )
    assert os.listdir(tmp_path) == []
