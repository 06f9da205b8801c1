"""The checks: each at its threshold and on both sides of it, and each with advice."""

from __future__ import annotations

import pytest

pytest.importorskip("numpy", reason="needs mnerctl[train]")

from mnerctl.model.gate.advice import ADVICE
from mnerctl.model.gate.check import Check
from mnerctl.model.gate.checks import (
    LEAKED_AS,
    data_rules,
    floor,
    images_matter,
    images_usable,
    label_suspects,
    leaks,
    learnability,
    regression,
    stability,
)
from mnerctl.model.gate.figures import AuditCounts, LeakCounts
from mnerctl.model.measures.bootstrap import Difference
from mnerctl.release import KINDS


def differs(f1: float, low: float, high: float, p: float) -> Difference:
    return Difference(f1=f1 / 100, low=low / 100, high=high / 100, p=p)


def images_help(difference: Difference, *, changed: int = 30, is_required: bool = False) -> Check:
    return images_matter("images-help", difference, changed=changed, is_required=is_required)


BASELINES = {"dictionary": 0.40, "majority": 0.30}
CASES = [
    (data_rules(AuditCounts(0, 0, "")), "pass", 0, 0),
    (data_rules(AuditCounts(0, 3, "")), "warn", 0, 0),
    (data_rules(AuditCounts(1, 0, "bio")), "fail", 1, 0),
    (leaks(LeakCounts(100, {}, {})), "pass", 0, 2),
    (leaks(LeakCounts(100, {}, {"text": 50})), "warn", 0, 2),
    (leaks(LeakCounts(100, {"text": 1, "near-text": 1}, {})), "warn", 2, 2),
    (leaks(LeakCounts(100, {"text": 1, "near-image": 2}, {})), "fail", 3, 2),
    (leaks(LeakCounts(0, {}, {})), "pass", 0, 2),
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
    (images_help(differs(4, 2, 6, 0.001)), "pass", 4, 0),
    (images_help(differs(4, 0.1, 8, 0.04)), "warn", 4, 0),
    (images_help(differs(4, 0.1, 8, 0.04), is_required=True), "fail", 4, 0),
    (images_help(differs(0, -0.5, 0.5, 1), is_required=True), "fail", 0, 0),
    (images_help(differs(100, 100, 100, 0.001), changed=29), "warn", 100, 0),
    (stability(0.015, 3), "pass", 1.5, 1.5),
    (stability(0.016, 3), "warn", 1.6, 1.5),
    (label_suspects(3, 100), "pass", 3, 3),
    (label_suspects(4, 100), "warn", 4, 3),
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
def test_the_answer_about_images(difference: Difference, answer: str) -> None:
    assert images_help(difference).reason.startswith(f"{answer}: all images against none, ")


def test_a_few_posts_are_undecided() -> None:
    sure = differs(100, 100, 100, 0.001)
    assert images_help(sure, changed=1).reason == (
        "undecided: all images against none, +100.00 F1 (95 % +100.00 to +100.00, p 0.001);"
        " this changes only 1 test post"
    )


def test_every_kind_of_leak_has_words() -> None:
    assert tuple(LEAKED_AS) == KINDS


def test_reasons() -> None:
    assert data_rules(AuditCounts(2, 1, "bio")).reason == (
        "the audit found 2 errors and 1 warning; the first error breaks bio"
    )
    assert leaks(LeakCounts(200, {"normal-text": 2, "near-image": 3}, {"text": 1})).reason == (
        "5 of 200 test posts with entities are also in train, 2 but for case, space and links, 3 by"
        " pictures that look alike; 1 post of dev"
    )
    assert learnability(0.5, BASELINES).reason == (
        "test F1 beats the dictionary baseline by at least 2 points (dictionary 40.00, majority 30.00)"
    )
    assert regression(differs(-3, -5, -1, 0.001), posts=860, changed=37).reason == (
        "a loss: -3.00 F1 (95 % -5.00 to -1.00, p 0.001) on 860 test posts in common;"
        " the gold entities of 37 posts changed"
    )
