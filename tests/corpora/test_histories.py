"""Whatever runs at the same time or is killed, nothing of a withdrawn post is left in any file."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from support.histories import History, make_world, run_history, traces
from support.stepwise import killed_at

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="kills a forked process")
HISTORIES = 200
PART = 25


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_world(tmp_path_factory.mktemp("history") / "template")


@pytest.mark.parametrize("first", range(0, HISTORIES, PART))
def test_a_withdrawal_is_final(first: int, template: Path, tmp_path: Path) -> None:
    for seed in range(first, first + PART):
        run_history(seed, template, tmp_path / "history")


def test_a_withdrawal_killed_at_any_step_is_finished_by_the_same_command(
    template: Path, tmp_path: Path
) -> None:
    """Vectors, answers, galleries and what the corpus has are gone after the second run."""
    started = History(0, Path(shutil.copytree(template, tmp_path / "start")))
    with started.inside():
        started.world.gallery(0)
        started.world.train(0)
    step = 0
    while _is_killed_and_finished(step := step + 1, tmp_path / "start", tmp_path / "history"):
        pass
    assert step > 30


def _is_killed_and_finished(step: int, start: Path, folder: Path) -> bool:
    shutil.copytree(start, folder)
    history = History(0, folder)

    def withdraw() -> None:
        history.quietly(lambda: history.world.withdraw(3, 0))

    with history.inside():
        was_killed = killed_at(history.steps, step, withdraw)
        withdraw()
        history.refuse_traces(traces(folder, {3}))
    shutil.rmtree(folder)
    return was_killed
