"""The estimate is corrected while a training runs, on a clock of the test."""

from __future__ import annotations

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


def test_a_short_training_is_left_alone() -> None:
    assert said(0.01, [FIRST_SECONDS / 10] * 9) == []
    assert said(0.01, [FIRST_SECONDS], total=1) == []
