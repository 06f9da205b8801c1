"""`ask` against a real server that we did not write: `transformers serve` with a tiny model, offline."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mnerctl.model.chat import ChatSettings, ask
from mnerctl.model.chat.report import report_of
from mnerctl.schema import Release, RemoteError
from support.chat_posts import found, release_of
from support.transformers_serve import SAYS, Served, running_transformers

pytestmark = pytest.mark.contract
TEXTS = ("Ada in Paris", "no name", "here is Ada")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with running_transformers(tmp_path_factory.mktemp("transformers")) as served:
        yield served


@pytest.fixture
def release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Release:
    monkeypatch.delenv("MNERCTL_CHAT_KEY")
    return release_of(tmp_path / "made", *TEXTS)


def settings_for(served: Served, **changes: Any) -> ChatSettings:
    usual: dict[str, Any] = {
        "system": "gpt4",
        "model": served.model,
        "address": served.url,
        "allow_external": True,
    }
    return ChatSettings(**usual | changes)


@pytest.mark.parametrize("effort", [None, "low"])
def test_answers_are_read_and_counted(served: Served, release: Release, effort: str | None) -> None:
    settings = settings_for(served, shots=1, effort=effort, price_in=1.0, price_out=1.0)
    results = ask(release, settings)
    assert found(results) == [[(0, 1, "PER")], [], [(2, 3, "PER")]]
    counts = results.answer_counts("test")
    assert (counts.answered, counts.entities, counts.invented) == (3, 3, 1)
    run = report_of(release, settings, results).run
    assert (run.changes, run.requests, run.asked_again, run.effort) == ((), 3, 0, effort)
    assert run.tokens_in > 3 * 1000 and run.tokens_out == 3 * 2
    assert run.dollars == pytest.approx((run.tokens_in + run.tokens_out) / 1e6)
    assert {row.reply.content for row in results.rows["test"]} == {SAYS}
    again = ask(release, settings_for(served, shots=1, effort=effort, address=None))
    assert (again.requests, found(again)) == (0, found(results))


def test_its_rejections_are_shown(served: Served, release: Release) -> None:
    with pytest.raises(RemoteError, match=r"3 of 3: HTTP 400 \(Server is pinned to './tiny'"):
        ask(release, settings_for(served, model="another"))
