"""Fixtures that the checks of the package share: one wheel, installed in its own environment."""

from __future__ import annotations

import shutil
import subprocess
import sys
import sysconfig
import venv
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import pytest

from support.checkout import ROOT, TOP_FILES, top_folders


@dataclass(frozen=True, slots=True)
class Installed:
    """A wheel, and the Python of a new environment in which it is installed."""

    wheel: Path
    python: Path


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """Build and install the wheel of this checkout, with the dependencies of the present environment."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    source.mkdir()
    for name in (*TOP_FILES, "pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    for top in top_folders():
        shutil.copytree(top, source / top.name, ignore=shutil.ignore_patterns("__pycache__"))
    # if setuptools is not installed here, pip downloads it for the build
    alone = ["--no-build-isolation"] if find_spec("setuptools") else []
    pip = (sys.executable, "-P", "-m", "pip")
    _quiet(*pip, "wheel", "--no-deps", *alone, "--wheel-dir", folder, source)
    (wheel,) = folder.glob("*.whl")
    home = folder / "fresh"
    venv.create(home, symlinks=True)
    python = home / "bin" / "python"
    site = Path(_quiet(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"))
    _quiet(*pip, "install", "--no-deps", "--target", site, wheel)
    # a plain path: unlike a site folder, it does not expose the editable install of this environment
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return Installed(wheel, python)


def _quiet(*words: str | Path) -> str:
    ended = subprocess.run(words, capture_output=True, text=True, cwd=ROOT.parent)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout.strip()
