"""The pages of docs/contributing, followed word for word in a copy of the checkout."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from support.checkout import ROOT
from support.followed_page import Block, blocks, changed, copied_checkout, follow

pytestmark = pytest.mark.e2e

CONTRIBUTING = ROOT / "docs" / "contributing"
GENERATED = {"docs/reference/commands.md", "docs/reference/rules.md"}


def named(page: Path) -> set[str]:
    """Return the files that a page says it touches, without generated ones."""
    (sentence,) = re.findall(
        r"Files touched: (.*?)\.\n", page.read_text(encoding="utf-8"), re.DOTALL
    )
    return set(re.findall(r"`([^`]+)`", sentence)) - GENERATED


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copied_checkout(tmp_path_factory.mktemp("checkout"))


PAGES = [*sorted(CONTRIBUTING.glob("add-*.md")), CONTRIBUTING / "ten-changes.md"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_can_be_followed_word_for_word(page: Path, checkout: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(checkout, tmp_path / checkout.name)
    assert follow(page, copy) == named(page)
    for words in (["check"], ["format", "--check"]):
        ended = subprocess.run(
            [Path(sys.executable).with_name("ruff"), *words, "--no-cache", *sorted(named(page))],
            cwd=copy,
            capture_output=True,
            text=True,
        )
        assert ended.returncode == 0, ended.stdout


def test_a_change_must_fit_exactly_once() -> None:
    block = Block("diff", "x.py", " two\n-three\n+four\n")
    assert changed("one\ntwo\nthree\n", block) == "one\ntwo\nfour\n"
    for text in ("two\n", "two\nthree\ntwo\nthree\n"):
        with pytest.raises(AssertionError):
            changed(text, block)


def test_only_blocks_with_a_title_and_commands_are_followed(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text('```python\nshown\n```\n```python title="a.py"\nnew\n```\n```sh\nls\n```\n')
    assert list(blocks(page)) == [Block("python", "a.py", "new\n"), Block("sh", "", "ls\n")]
