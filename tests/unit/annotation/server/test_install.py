"""What `label serve` installs is pinned: each package, what it needs, and what builds it."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from mnerctl.annotation.server import install
from mnerctl.annotation.server.install import LOCKS, VERSION
from mnerctl.schema import UsageError
from support.locks import locked, one_version


def test_every_package_has_one_version_and_its_hashes() -> None:
    build, server = (locked(path) for path in LOCKS)
    assert server["label-studio"].version == VERSION and len(server) > 150
    assert {"setuptools", "wheel"} <= build.keys()
    for lock in (build, server):
        assert all(one.hashes for one in lock.values())
    assert {name: server[name].version for name in build} == {
        name: one.version for name, one in build.items()
    }


def test_a_package_for_one_system_only_has_a_known_condition() -> None:
    """Elsewhere a package must fail to install, not be left out."""
    conditions = {name: one.condition for name, one in locked(LOCKS[1]).items() if one.condition}
    assert conditions.keys() == {"async-timeout", "cffi", "psycopg-binary", "pycparser"}
    assert all("'darwin' or sys_platform == 'linux'" in one for one in conditions.values())


def test_a_line_without_a_version_is_found(tmp_path: Path) -> None:
    path = tmp_path / "a.lock"
    for line in ("one>=1 --hash=sha256:0", "one", "-r other.txt", "one==1.* --hash=sha256:0"):
        path.write_text(line + "\n")
        with pytest.raises(ValueError, match=re.escape(line)):
            locked(path)


def test_the_sdk_is_of_the_version_that_the_server_has() -> None:
    constraints = one_version(Path(install.__file__).parents[2] / "constraints.txt")
    assert constraints["label-studio-sdk"] == locked(LOCKS[1])["label-studio-sdk"].version


def test_a_python_that_it_does_not_run_with(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 14, 0))
    with pytest.raises(UsageError) as caught:
        install.install(tmp_path / "env")
    message = f"label-studio {VERSION} does not run with Python 3.14; wanted 3.11 to 3.13"
    assert caught.value.message == message and list(tmp_path.iterdir()) == []
