"""Which tasks a pull reads: those that changed, and all of them after a clock that was wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest

from mnerctl.annotation.pull.reader import Reader
from mnerctl.annotation.studio.client import Studio
from mnerctl.annotation.studio.shapes import Project, StudioTask
from mnerctl.schema.corpus.studio_rounds import LabelProject

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
PROJECT = Project.model_validate({"id": 1, "title": "corpus", "label_config": "<View/>"})
MINUTE = timedelta(minutes=1)


@dataclass
class MadeStudio:
    """A server with one project; it keeps the time of every request for changed tasks."""

    clock: datetime
    asked: list[datetime | None] = field(default_factory=list)

    def now(self) -> datetime:
        return self.clock

    def tasks(
        self, _: Project, *, changed_after: datetime | None, **__: Any
    ) -> Iterator[StudioTask]:
        self.asked.append(changed_after)
        return iter(())


def pulled(
    clock: datetime, pulled_to: str | None, *changed: datetime
) -> tuple[datetime | None, str | None]:
    """Pull once; return the time after which changes were asked for, and the time that is stored."""
    studio = MadeStudio(clock)
    reader = Reader(cast(Studio, studio), {"key": PROJECT})
    project = LabelProject("key", "http://x", 1, "corpus", pulled_to=pulled_to)
    assert list(reader.changed_tasks(project)) == []
    return studio.asked[0], reader.complete_to(project, changed)


def test_a_pull_continues_where_the_last_one_ended() -> None:
    assert pulled(NOW, None) == (None, None)
    assert pulled(NOW, None, NOW - MINUTE) == (None, (NOW - MINUTE).isoformat())
    before = (NOW - 3 * MINUTE).isoformat()
    assert pulled(NOW, before) == (NOW - 3 * MINUTE, before)
    assert pulled(NOW, before, NOW) == (NOW - 3 * MINUTE, (NOW - timedelta(seconds=5)).isoformat())


@pytest.mark.parametrize("ahead", [MINUTE, timedelta(days=365)])
def test_after_a_clock_that_was_ahead_everything_is_read_again(ahead: timedelta) -> None:
    stored = (NOW + ahead).isoformat()
    asked, now_stored = pulled(NOW, stored, NOW - MINUTE, NOW + ahead)
    assert asked is None
    assert now_stored == (NOW - timedelta(seconds=5)).isoformat()
    assert pulled(NOW, stored) == (None, None)


def test_no_pull_stores_a_time_that_its_server_has_not_reached() -> None:
    stored: str | None = None
    for minutes in (0, 500, 3, -40, 10**6, 4, 5):
        clock = NOW + minutes * MINUTE
        _, stored = pulled(clock, stored, clock, NOW + 10**5 * MINUTE)
        assert stored is None or datetime.fromisoformat(stored) <= clock
