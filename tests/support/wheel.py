"""The wheel of this checkout, and an environment that has what an extra requires and nothing else."""

from __future__ import annotations

import shutil
import subprocess
import sys
import venv
from importlib.metadata import Distribution, distribution
from importlib.util import find_spec
from pathlib import Path

from packaging.requirements import Requirement

from support.checkout import ROOT, TOP_FILES, top_folders

PIP = (sys.executable, "-P", "-m", "pip", "--disable-pip-version-check")


def built_wheel(folder: Path) -> Path:
    """Build the wheel in `folder`, from a copy: a build leaves files beside its sources."""
    source = folder / "source"
    source.mkdir()
    for name in (*TOP_FILES, "pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    for top in top_folders():
        shutil.copytree(top, source / top.name, ignore=shutil.ignore_patterns("__pycache__"))
    # if setuptools is not installed here, pip downloads it for the build
    alone = ["--no-build-isolation"] if find_spec("setuptools") else []
    output_of(*PIP, "wheel", "--no-deps", *alone, "--wheel-dir", folder, source)
    (wheel,) = folder.glob("*.whl")
    return wheel


def new_environment(home: Path) -> tuple[Path, Path]:
    """Create an environment without pip; return its Python and its folder of packages."""
    venv.create(home, symlinks=True)
    python = home / "bin" / "python"
    site = output_of(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))")
    return python, Path(site)


def link_required(site: Path, extras: str) -> None:
    """Link what the package with these extras requires from the present environment into another one."""
    required = _required(f"mnerctl[{extras}]")
    del required["mnerctl"]
    for one in required.values():
        for name in {file.parts[0] for file in one.files or ()} - {"..", "__pycache__"}:
            target = site / name
            if not target.exists():
                target.symlink_to(Path(str(one.locate_file(name))))


def _required(line: str) -> dict[str, Distribution]:
    """Return the installed distributions that a requirement needs, itself included, by name."""
    found: dict[str, Distribution] = {}
    seen: set[tuple[str, frozenset[str]]] = set()
    todo = [Requirement(line)]
    while todo:
        wanted = todo.pop()
        if (wanted.name, frozenset(wanted.extras)) in seen:
            continue
        seen.add((wanted.name, frozenset(wanted.extras)))
        found[wanted.name] = distribution(wanted.name)
        extras = wanted.extras or {""}
        for need in map(Requirement, found[wanted.name].requires or ()):
            if need.marker is None or any(need.marker.evaluate({"extra": one}) for one in extras):
                todo.append(need)
    return found


def output_of(*words: str | Path) -> str:
    """Run a command that must succeed, outside the checkout; return what it prints."""
    ended = subprocess.run(words, capture_output=True, text=True, cwd=ROOT.parent)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout.strip()
