"""The estimate is corrected while a training runs, on a clock of the test."""

from __future__ import annotations

import pytest

from mnerctl.model.training.pace import FIRST_SECONDS, Pace


def said(estimated: float, took: list[float], *, total: int = 1000) -> list[str]:
    """Return what is said after steps that took these seconds; a negative one is scoring dev."""
    now, done, found = 100.0, 0, []
    pace = Pace(estimated, now=now)
    for seconds in took:
        now += abs(seconds)
        if seconds < 0:
            pace.scored(now=now)
            continue
        done += 1
        found.append(pace.step(total - done, 2.0, now=now))
    return [text for text in found if text]


def test_a_true_estimate_is_not_repeated() -> None:
    assert said(1.0, [1.1] * 60) == []
    assert said(1.0, [0.9] * 60) == []


def test_slow_steps_are_announced_once() -> None:
    (text,) = said(0.25, [2.0] * 60)
    assert text == "slower than announced: 2 s a step instead of 0.25 s; about 33 min left"


def test_a_machine_that_becomes_idle_again() -> None:
    slow, fast = said(1.0, [4.0] * 10 + [1.0] * 60)
    assert slow.startswith("slower than announced: 4 s a step instead of 1 s")
    assert fast.startswith("faster than announced: 1 s a step instead of 4 s")


def test_scoring_dev_is_not_a_slow_step_but_counts_in_what_is_left() -> None:
    assert said(1.0, [1.0] * 10 + [-300.0] + [1.0] * 40) == []
    *_, last = said(1.0, [1.0] * 10 + [-300.0] + [2.0] * 40, total=100)
    assert last.endswith(": 2 s a step instead of 1.3 s; about 12 min left")  # 75 x 2 s + 2 x 5 min


def test_the_time_left_is_corrected_with_every_step_and_counts_tagging() -> None:
    now = 100.0
    pace = Pace(1.0, now=now, batch_size=10, dev=30, after=60)
    assert pace.left(100, 3) == pytest.approx(100 + 3 * 1.0 + 2.0)  # a post takes 1/30 s
    found = []
    for done in range(1, 61):  # steps take 4 s instead of 1 s
        now += 4.0
        pace.step(200 - done, 3, now=now)
        found.append(pace.left(200 - done, 3))
    assert found[0] == pytest.approx((1.15 * 199) * (1 + 5 / 199))  # 5 times dev: after is twice
    assert found[-1] == pytest.approx(4.0 * 140 + 4.0 * 5, rel=0.05)
    now += 50.0  # dev takes longer than was estimated; that is no slow step
    pace.scored(now=now)
    assert pace.left(140, 2) == pytest.approx(4.0 * 140 + 50.0 * 2 + 100.0, rel=0.05)
    now += 4.0
    pace.step(139, 2, now=now)
    assert pace.left(139, 2) == pytest.approx(4.0 * 139 + 50.0 * 2 + 100.0, rel=0.05)
    assert pace.left(0, 0) == pytest.approx(100.0)  # what is tagged at the end


def test_a_short_training_is_left_alone() -> None:
    assert said(0.01, [FIRST_SECONDS / 10] * 9) == []
    assert said(0.01, [FIRST_SECONDS], total=1) == []
