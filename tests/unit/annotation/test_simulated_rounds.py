"""Rounds with random faults: gold is what an oracle of the rules says, and nothing goes wrong without a row."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from mnerctl.annotation import Studio
from support.loopback_studio import MadeServer, loopback_studio
from support.round_world import World

pytest.importorskip("label_studio_sdk")


@pytest.fixture(scope="module")
def addresses() -> Iterator[tuple[MadeServer, list[Studio]]]:
    with loopback_studio(addresses=2) as found:
        yield found


@pytest.mark.parametrize("first", range(0, 200, 20))
def test_gold_is_what_the_rules_say(
    addresses: tuple[MadeServer, list[Studio]], tmp_path: Path, first: int
) -> None:
    server, studios = addresses
    rows = 0
    for seed in range(first, first + 20):
        server.__init__()  # type: ignore[misc]
        world = World(
            seed=seed,
            folder=tmp_path / str(seed),
            server=server,
            studios=studios,
            tasks_of=lambda project: {post: one["id"] for post, one in server.tasks_of(project).items()},
            show=lambda folder: setattr(server, "root", folder),
        )
        world.run(steps=24)
        rows += world.rows
    assert rows > 20  # the faults happened
