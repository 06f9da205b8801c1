"""docs/how-to/install.md: its commands work, and what it shows is what people see."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from support.checkout import ROOT, pyproject
from support.command import MNERCTL, environment
from support.locks import locked

pytestmark = pytest.mark.e2e
PAGE = (ROOT / "docs" / "how-to" / "install.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```sh\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)


def typed(line: str, folder: Path) -> None:
    path = f"{MNERCTL.parent}:{environment(folder)['PATH']}"
    ended = subprocess.run(
        ["bash", "-ec", line],
        cwd=folder,
        env=environment(folder) | {"PATH": path},
        capture_output=True,
        text=True,
    )
    assert ended.returncode == 0, f"$ {line}\n{ended.stdout}{ended.stderr}"


def test_the_page_has_these_blocks() -> None:
    """The first is a line of README, which is run there; the lock file itself is tried with the package."""
    assert [block.split()[:3] for block in BLOCKS] == [
        ["pip", "install", "'.[label,train,publish]'"],
        ["pip", "install", "--require-hashes"],
        ["mkdir", "corpus", "&&"],
    ]
    assert BLOCKS[0].strip() in README


def test_the_lock_brings_what_builds_mnerctl() -> None:
    (line,) = pyproject()["build-system"]["requires"]
    requirement = Requirement(line)
    assert locked(ROOT / "requirements.lock")[requirement.name].version in requirement.specifier


def test_a_corpus_for_a_group(tmp_path: Path) -> None:
    for line in BLOCKS[2].splitlines():
        typed(line, tmp_path)
    corpus = tmp_path / "corpus"
    pictures = list((corpus / "images").rglob("*.*"))
    assert len(pictures) > 10
    assert {one.stat().st_mode & 0o7777 for one in pictures} == {0o660}
    assert {one.stat().st_mode & 0o7777 for one in (corpus / "images").iterdir()} == {0o2770}
    assert (corpus / "corpus.db").stat().st_mode & 0o7777 == 0o660


def test_the_error_is_the_one_that_people_see() -> None:
    shown = re.findall(r"^  try: (.*)$", PAGE, re.MULTILINE)
    source = (ROOT / "annotation" / "server" / "install.py").read_text(encoding="utf-8")
    assert len(shown) == 1 and f'"{shown[0]}"' in source
