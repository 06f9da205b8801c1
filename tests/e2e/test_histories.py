"""Whatever runs at the same time or is killed, nothing of a withdrawn post is left in any file."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from support.histories import make_world, run_history

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(sys.platform == "win32", reason="kills a forked process"),
]
HISTORIES = 200
PART = 25


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_world(tmp_path_factory.mktemp("history") / "template")


@pytest.mark.parametrize("first", range(0, HISTORIES, PART))
def test_a_withdrawal_is_final(first: int, template: Path, tmp_path: Path) -> None:
    for seed in range(first, first + PART):
        run_history(seed, template, tmp_path / "history")
