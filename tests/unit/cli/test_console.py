"""Progress in a log."""

from __future__ import annotations

import pytest

from mnerctl.cli.console import progress, timed_progress


def test_a_log_has_a_line_for_each_tenth(capsys: pytest.CaptureFixture[str]) -> None:
    with progress("pictures") as on_count:
        for done in range(1, 31):
            on_count(done, 30)
    lines = capsys.readouterr().err.splitlines()
    assert lines == [f"pictures: {done} of 30" for done in range(3, 31, 3)]


def test_a_log_has_the_time_left_that_the_step_computes(capsys: pytest.CaptureFixture[str]) -> None:
    with timed_progress("training") as (on_count, on_left):
        for done in range(1, 5):
            on_left(600.0 - 150 * done)
            on_count(done, 4)
    assert capsys.readouterr().err.splitlines() == [
        "training: 1 of 4, about 8 min left",
        "training: 2 of 4, about 5 min left",
        "training: 3 of 4, about 2 min left",
        "training: 4 of 4",
    ]
