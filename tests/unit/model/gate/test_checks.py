"""The checks: each at its bound and on both sides of it, and that each has something to do about it."""

from __future__ import annotations

import pytest

pytest.importorskip("numpy", reason="needs mnerctl[train]")

from mnerctl.model.gate.checks import (
    ADVICE,
    Check,
    data_rules,
    floor,
    images_matter,
    images_usable,
    leaks,
    learnability,
    regression,
    stability,
    suspects,
)
from mnerctl.model.measures.bootstrap import Difference


def differs(f1: float, low: float, high: float, p: float) -> Difference:
    return Difference(f1=f1 / 100, low=low / 100, high=high / 100, p=p)


def matter(difference: Difference, *, changed: int = 30, is_required: bool = False) -> Check:
    return images_matter("images-help", difference, changed=changed, is_required=is_required)


BASELINES = {"dictionary": 0.40, "majority": 0.30}
CASES = [
    (data_rules(0, 0, first=""), "pass", 0, 0),
    (data_rules(0, 3, first=""), "warn", 0, 0),
    (data_rules(1, 0, first="bio"), "fail", 1, 0),
    (leaks(0, 0, 100), "pass", 0, 1),
    (leaks(0, 1, 100), "warn", 1, 1),
    (leaks(2, 2, 100), "fail", 2, 1),
    (leaks(0, 0, 0), "pass", 0, 1),
    (learnability(0.5, BASELINES), "pass", 50, 42),
    (learnability(0.42, BASELINES), "pass", 42, 42),
    (learnability(0.4199, BASELINES), "fail", 41.99, 42),
    (learnability(0.99, {"dictionary": 0.98, "majority": 0.1}), "pass", 99, 99),
    (learnability(0.9899, {"dictionary": 0.98, "majority": 0.1}), "fail", 98.99, 99),
    (learnability(0.0, {"dictionary": 0.0, "majority": 0.0}), "fail", 0, 2),
    (floor(0.8, 80), "pass", 80, 80),
    (floor(0.7999, 80), "fail", 79.99, 80),
    (regression(differs(2, 1, 3, 0.001), posts=30, changed=0), "pass", 2, -1),
    (regression(differs(-0.9, -1, -0.8, 0.001), posts=30, changed=0), "pass", -0.9, -1),
    (regression(differs(-3, -5, -1, 0.001), posts=30, changed=0), "fail", -3, -1),
    (regression(differs(-3, -7, 1, 0.2), posts=30, changed=0), "warn", -3, -1),
    (regression(differs(-100, -100, -100, 0.001), posts=29, changed=0), "warn", -100, -1),
    (regression(None, posts=0, changed=0), "warn", 0, -1),
    (matter(differs(4, 2, 6, 0.001)), "pass", 4, 0),
    (matter(differs(4, 0.1, 8, 0.04)), "warn", 4, 0),
    (matter(differs(4, 0.1, 8, 0.04), is_required=True), "fail", 4, 0),
    (matter(differs(0, -0.5, 0.5, 1), is_required=True), "fail", 0, 0),
    (matter(differs(100, 100, 100, 0.001), changed=29), "warn", 100, 0),
    (stability(0.015, 3), "pass", 1.5, 1.5),
    (stability(0.016, 3), "warn", 1.6, 1.5),
    (suspects(3, 100), "pass", 3, 3),
    (suspects(4, 100), "warn", 4, 3),
    (images_usable(0, 9), "pass", 0, 0),
    (images_usable(1, 9), "warn", 1, 0),
]


@pytest.mark.parametrize(("check", "level", "figure", "threshold"), CASES)
def test_checks(check: Check, level: str, figure: float, threshold: float) -> None:
    assert (check.level, check.figure, check.threshold) == (level, pytest.approx(figure), threshold)
    assert check.advice == ("" if level == "pass" else ADVICE[check.name])


@pytest.mark.parametrize(
    ("difference", "answer"),
    [
        (differs(4, 2, 6, 0.001), "shown"),
        (differs(0.5, 0.3, 0.7, 0.001), "shown"),
        (differs(0.2, -0.4, 0.8, 0.5), "not shown"),
        (differs(-3, -5, -1, 0.001), "not shown"),
        (differs(2, -1, 5, 0.2), "undecided"),
        (differs(2, 0.1, 4, 0.04), "undecided"),
    ],
)
def test_what_images_show(difference: Difference, answer: str) -> None:
    assert matter(difference).reason.startswith(f"{answer}: all images against none, ")


def test_a_handful_of_posts_decides_nothing() -> None:
    sure = differs(100, 100, 100, 0.001)
    assert matter(sure, changed=1).reason == (
        "undecided: all images against none, +100.00 F1 (95 % +100.00 to +100.00, p 0.001);"
        " only 1 test post can tell"
    )


def test_reasons() -> None:
    assert data_rules(2, 1, first="bio").reason == (
        "the audit found 2 errors and 1 warning; the first breaks bio"
    )
    assert learnability(0.5, BASELINES).reason == (
        "test F1 beats the dictionary baseline by 2 points (dictionary 40.00, majority 30.00)"
    )
    assert regression(differs(-3, -5, -1, 0.001), posts=860, changed=37).reason == (
        "a loss: -3.00 F1 (95 % -5.00 to -1.00, p 0.001) on 860 test posts in common;"
        " 37 posts with other gold"
    )
