"""Rounds with random faults: gold is what an oracle of the rules says, and nothing goes wrong without a row.

Most of the 200 worlds reach the stand-in without a socket, which is faster; `tests/benchmarks/rounds.py` runs
some at the real server.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from mnerctl.annotation import Studio
from support.loopback_studio import MadeServer, direct_studios, loopback_studio
from support.round_world import World

pytest.importorskip("label_studio_sdk")
pytestmark = pytest.mark.contract

SEEDS = 200
ON_LOOPBACK = 4


def run(seed: int, folder: Path, server: MadeServer, studios: Sequence[Studio]) -> int:
    """Run one world at an empty server, and return the number of problem rows."""
    server.__init__()  # type: ignore[misc]
    world = World(
        seed=seed,
        folder=folder / str(seed),
        server=server,
        studios=studios,
        tasks_of=lambda project: {
            post: one["id"] for post, one in server.tasks_of(project).items()
        },
        show=lambda shown: setattr(server, "root", shown),
    )
    world.run(steps=14)
    return world.rows


def test_gold_is_what_the_rules_say(tmp_path: Path) -> None:
    server = MadeServer()
    studios = direct_studios(server, "http://localhost:8081", "http://127.0.0.1:8082")
    rows = sum(run(seed, tmp_path, server, studios) for seed in range(ON_LOOPBACK, SEEDS))
    assert rows > SEEDS / 2  # the faults happened


def test_gold_is_what_the_rules_say_over_sockets(tmp_path: Path) -> None:
    with loopback_studio(addresses=2) as (server, studios):
        for seed in range(ON_LOOPBACK):
            run(seed, tmp_path, server, studios)
