"""The wheel has every file of the package, the import contracts hold, and the code checks pass."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from support.checkout import ROOT, package_files, package_folders, pyproject

pytestmark = pytest.mark.release


def ran(*words: str | Path, folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(words, cwd=folder, capture_output=True, text=True)


def tool(name: str) -> Path:
    return Path(sys.executable).with_name(name)


def test_every_package_folder_is_listed() -> None:
    """A folder that is not listed works here but is missing from the wheel."""
    folders = [".".join(folder.relative_to(ROOT).parts) for folder in package_folders()]
    listed = pyproject()["tool"]["setuptools"]["packages"]
    assert sorted(listed) == sorted(["mnerctl", *(f"mnerctl.{folder}" for folder in folders)])


def test_every_folder_with_code_is_a_package() -> None:
    code = {path.parent for folder in package_folders() for path in folder.rglob("*.py")}
    assert code == set(package_folders())


def test_the_wheel_is_the_tree(installed) -> None:
    with zipfile.ZipFile(installed.wheel) as archive:
        names = set(archive.namelist())
    metadata = {name for name in names if ".dist-info/" in name}
    assert names - metadata == {f"mnerctl/{name}" for name in package_files()}
    assert any(name.endswith("licenses/LICENSE") for name in metadata)


def test_the_wheel_runs_without_the_checkout(installed, tmp_path: Path) -> None:
    where = ran(
        *(installed.python, "-P", "-c", "import mnerctl.schema; print(mnerctl.schema.__file__)"),
        folder=tmp_path,
    )
    assert where.stdout.startswith(str(installed.python.parents[1])), where.stderr
    helped = ran(installed.python, "-P", "-m", "mnerctl", "--help", folder=tmp_path)
    assert helped.returncode == 0, helped.stderr
    assert helped.stdout.startswith("Usage: mnerctl [OPTIONS] COMMAND [ARGS]...\n")


def test_types(installed, tmp_path: Path) -> None:
    """Run mypy on the wheel, because `-p` cannot find an editable install."""
    ended = ran(
        *(tool("mypy"), "--config-file", ROOT / "pyproject.toml", "--strict", "-p", "mnerctl"),
        *("--python-executable", installed.python, "--cache-dir", ROOT / ".mypy_cache" / "wheel"),
        folder=tmp_path,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert ended.stdout.startswith("Success: no issues found in ")
    assert int(ended.stdout.split()[5]) >= len([n for n in package_files() if n.endswith(".py")])


def test_layers() -> None:
    ended = ran(tool("lint-imports"), "--no-cache")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "Contracts: 7 kept, 0 broken." in ended.stdout


@pytest.mark.parametrize("words", [("check",), ("format", "--check")], ids=" ".join)
def test_ruff(words: tuple[str, ...]) -> None:
    ended = ran(tool("ruff"), *words, "--no-cache", ".")
    assert ended.returncode == 0, ended.stdout + ended.stderr
