"""requirements.lock and constraints.txt agree, and pip checks the hashes."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from support.checkout import ROOT, pyproject
from support.locks import locked, normal, one_version

pytestmark = pytest.mark.release
LOCK = ROOT / "requirements.lock"
EXTRAS = ("label", "publish", "train", "offline")
CUDA = re.compile(r"cuda-|nvidia-|triton$")  # what torch needs from the package index on Linux


def test_both_have_the_same_versions() -> None:
    pinned, lock = one_version(ROOT / "constraints.txt"), locked(LOCK)
    assert {name: lock[name].version for name in lock.keys() & pinned.keys()} == {
        name: pinned[name] for name in lock.keys() & pinned.keys()
    }
    assert {name for name in lock.keys() - pinned.keys() if not CUDA.match(name)} == {"setuptools"}
    assert all(one.hashes for one in lock.values())


def test_every_requirement_of_users_is_in_it() -> None:
    about, lock = pyproject()["project"], locked(LOCK)
    wanted = [*about["dependencies"]]
    for extra in EXTRAS:
        wanted += about["optional-dependencies"][extra]
    for line in wanted:
        requirement = Requirement(line)
        assert lock[normal(requirement.name)].version in requirement.specifier, line


@pytest.mark.parametrize("is_damaged", [False, True])
def test_pip_installs_what_has_the_hash_and_nothing_else(tmp_path: Path, is_damaged: bool) -> None:
    text = re.sub(r"\s*\\\n\s+", " ", LOCK.read_text(encoding="utf-8"))
    (line,) = [one for one in text.splitlines() if one.startswith("idna==")]
    if is_damaged:
        line = re.sub(r"sha256:\w{8}", "sha256:00000000", line)
    (tmp_path / "some.lock").write_text(line + "\n")
    words = ("install", "--require-hashes", "--no-deps", "--target", "new", "-r", "some.lock")
    ended = subprocess.run(
        [sys.executable, "-m", "pip", *words], cwd=tmp_path, capture_output=True, text=True
    )
    assert (ended.returncode == 0) == (not is_damaged), ended.stderr
    assert (tmp_path / "new" / "idna").exists() == (not is_damaged)
    assert not is_damaged or "DO NOT MATCH THE HASHES" in ended.stderr
