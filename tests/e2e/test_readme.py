"""Every command line of README.md runs in a shell; its output is compared if the page shows it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from support.checkout import ROOT

pytestmark = pytest.mark.e2e

README = (ROOT / "README.md").read_text(encoding="utf-8")
FENCE = re.compile(r"^```(sh|console)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
BIN = Path(sys.executable).parent


def typed(line: str, folder: Path) -> str:
    """Run a line in a shell; return its stdout without trailing spaces."""
    kept = {name: value for name, value in os.environ.items() if name != "FORCE_COLOR"}
    ended = subprocess.run(
        ["bash", "-ec", line],
        cwd=folder,
        env=kept | {"PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}", "HF_HUB_OFFLINE": "1"},
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert ended.returncode == 0, f"$ {line}\n{ended.stdout}{ended.stderr}"
    return "\n".join(row.rstrip() for row in ended.stdout.splitlines()).rstrip("\n")


def commands() -> list[tuple[str, str | None]]:
    """Return every command line with the output that follows it, or None if the page shows none."""
    found: list[tuple[str, str | None]] = []
    for kind, text in FENCE.findall(README):
        if kind == "sh":
            found += [(line.partition("  #")[0].strip(), None) for line in text.splitlines()]
        else:
            line, _, output = text.partition("\n")
            found.append((line.removeprefix("$ "), output.rstrip("\n")))
    return found


def test_the_commands_from_posts_to_a_report_work(tmp_path: Path) -> None:
    lines = [(line, shown) for line, shown in commands() if line.startswith("mnerctl ")]
    assert len(lines) == 6
    for line, shown in lines:
        printed = typed(line, tmp_path)
        assert shown is None or printed == shown
    assert (tmp_path / "gallery" / "index.html").is_file()
    assert (tmp_path / "reports" / "1.0.0" / "report.html").is_file()


@pytest.mark.parametrize("line", [line for line, _ in commands() if line.startswith("make ")])
def test_make_knows_the_target(line: str) -> None:
    assert typed(f"{line} --dry-run", ROOT)


@pytest.mark.parametrize("line", [line for line, _ in commands() if line.startswith("pip ")])
def test_pip_can_install_it(line: str) -> None:
    """Resolved against constraints.txt, with nothing installed."""
    words = line.replace("pip install", f"{sys.executable} -m pip install --dry-run --quiet")
    typed(f"{words} --disable-pip-version-check", ROOT)


def test_there_is_no_other_command_line() -> None:
    kinds = {line.split()[0] for line, _ in commands()}
    assert kinds == {"make", "mnerctl", "pip"}


def test_every_link_leads_somewhere() -> None:
    for target in re.findall(r"\]\(([^)#]+)", README):
        assert target.startswith("https://") or (ROOT / target).is_file(), target
