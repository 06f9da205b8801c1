"""The checks: each at its threshold and on both sides of it, and each with advice."""

from __future__ import annotations

import pytest

pytest.importorskip("numpy", reason="needs mnerctl[train]")

from mnerctl.model.gate.advice import ADVICE, HOW_TO_ASK, UNDECIDED
from mnerctl.model.gate.check import Check
from mnerctl.model.gate.checks import (
    CHECKS,
    LEAKED_AS,
    data_rules,
    floor,
    images_usable,
    leaks,
    learnability,
    regression,
    stability,
)
from mnerctl.model.gate.figures import AuditCounts, LeakCounts
from mnerctl.model.gate.image_checks import images_matter
from mnerctl.model.gate.label_checks import label_noise, label_suspects
from mnerctl.model.measures.bootstrap import Difference
from mnerctl.model.measures.image_views import Ablation, ViewName
from mnerctl.model.measures.score import Scores
from mnerctl.model.tagging.surest import Surest
from mnerctl.release import KINDS
from mnerctl.schema import Counts


def differs(f1: float, low: float, high: float, p: float) -> Difference:
    return Difference(f1=f1 / 100, low=low / 100, high=high / 100, p=p)


def viewed(difference: Difference, *, changed: int = 30, view: ViewName = "none") -> Ablation:
    scores = Scores.of([Counts(1, 1, 1)])
    return Ablation(
        view=view,
        how="one model",
        changed=changed,
        scores=scores,
        difference=difference,
        by_images={},
    )


def images_help(difference: Difference, *, changed: int = 30, is_required: bool = False) -> Check:
    views = [viewed(difference, changed=changed)]
    return images_matter("images-help", views, is_required=is_required)


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
    (learnability(0.5, BASELINES, posts=30), "pass", 50, 42),
    (learnability(0.42, BASELINES, posts=30), "pass", 42, 42),
    (learnability(0.4199, BASELINES, posts=30), "fail", 41.99, 42),
    (learnability(0.99, {"dictionary": 0.98, "majority": 0.1}, posts=30), "pass", 99, 99),
    (learnability(0.9899, {"dictionary": 0.98, "majority": 0.1}, posts=30), "warn", 98.99, 99),
    (learnability(0.9899, {"dictionary": 0.98}, is_required=True, posts=30), "fail", 98.99, 99),
    (learnability(0.9978, {"dictionary": 1.0}, posts=30), "warn", 99.78, 100),
    (learnability(1.0, {"dictionary": 1.0}, posts=30), "warn", 100, 100),
    (learnability(0.95, {"dictionary": 0.95}, posts=30), "warn", 95, 97),
    (learnability(0.97, {"dictionary": 0.95}, posts=30), "pass", 97, 97),
    (learnability(0.9499, {"dictionary": 0.9499}, posts=30), "fail", 94.99, 96.99),
    (learnability(0.89, {"dictionary": 1.0}, posts=30), "fail", 89, 100),
    (learnability(0.5, BASELINES, posts=29), "warn", 50, 42),
    (learnability(0.41, BASELINES, posts=29), "warn", 41, 42),
    (learnability(0.41, BASELINES, posts=29, is_required=True), "fail", 41, 42),
    (learnability(0.29, BASELINES, posts=29), "fail", 29, 42),
    (learnability(0.0, {"dictionary": 0.05}, posts=29), "fail", 0, 7),
    (learnability(0.0, {"dictionary": 0.0, "majority": 0.0}, posts=30), "fail", 0, 2),
    (floor(0.8, 80), "pass", 80, 80),
    (floor(0.7999, 80), "fail", 79.99, 80),
    (regression(differs(2, 1, 3, 0.001), posts=30, changed=0), "pass", 2, -1),
    (regression(differs(-0.9, -1, -0.8, 0.001), posts=30, changed=0), "pass", -0.9, -1),
    (regression(differs(-3, -5, -1, 0.001), posts=30, changed=0), "fail", -3, -1),
    (regression(differs(-3, -7, 1, 0.2), posts=30, changed=0), "warn", -3, -1),
    (regression(differs(-100, -100, -100, 0.001), posts=29, changed=0), "warn", -100, -1),
    (regression(differs(2, 1, 3, 0.001), posts=29, changed=0), "warn", 2, -1),
    (regression(None, posts=0, changed=0), "warn", 0, -1),
    (images_help(differs(4, 2, 6, 0.001)), "pass", 4, 0),
    (images_help(differs(4, 0.1, 8, 0.04)), "warn", 4, 0),
    (images_help(differs(4, 0.1, 8, 0.04), is_required=True), "fail", 4, 0),
    (images_help(differs(0, -0.5, 0.5, 1), is_required=True), "fail", 0, 0),
    (images_help(differs(100, 100, 100, 0.001), changed=29), "warn", 100, 0),
    (stability(0.015, 3, posts=30), "pass", 1.5, 1.5),
    (stability(0.016, 3, posts=30), "warn", 1.6, 1.5),
    (stability(0.0, 3, posts=29), "warn", 0, 1.5),
    (label_noise(Surest(200, 10, 0.99, 1)), "pass", 5, 5),
    (label_noise(Surest(200, 11, 0.99, 1)), "warn", 5.5, 5),
    (label_noise(Surest(200, 11, 0.99, 1), is_required=True), "fail", 5.5, 5),
    (label_noise(Surest(200, 11, 0.849, 1)), "warn", 5.5, 5),
    (label_noise(Surest(200, 10, 0.849, 1)), "pass", 5, 5),
    (label_noise(Surest(50, 0, 0.99, 1)), "pass", 0, 5),
    (label_noise(Surest(49, 0, 0.99, 1)), "warn", 0, 5),
    (label_noise(Surest(98, 0, 0.99, 2), is_required=True), "fail", 0, 5),
    (label_noise(Surest(0, 0, 0.0, 1)), "warn", 0, 5),
    (label_suspects(3, 100), "pass", 3, 3),
    (label_suspects(4, 100), "warn", 4, 3),
    (images_usable(0, 9), "pass", 0, 0),
    (images_usable(1, 9), "warn", 1, 0),
]


@pytest.mark.parametrize(("check", "level", "figure", "threshold"), CASES)
def test_checks(check: Check, level: str, figure: float, threshold: float) -> None:
    assert (check.level, check.figure, check.threshold) == (level, pytest.approx(figure), threshold)
    undecided = UNDECIDED.get(check.name, ADVICE[check.name])
    advice = undecided if check.is_undecided else ADVICE[check.name]
    assert check.advice == ("" if level == "pass" else advice)
    assert check.is_undecided is check.reason.startswith("undecided: ")


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
    assert images_help(difference).reason.startswith(f"{answer}: all images against none ")


def test_a_few_posts_are_undecided() -> None:
    sure = differs(100, 100, 100, 0.001)
    assert images_help(sure, changed=1).reason == (
        "undecided: all images against none +100.00 F1 (95 % +100.00 to +100.00, p 0.001);"
        " only 1 test post can tell"
    )


SHOWN = differs(4, 2, 6, 0.001)
NOT_SHOWN = differs(0.2, -0.4, 0.8, 0.5)
OPEN = differs(2, -1, 5, 0.2)


@pytest.mark.parametrize(
    ("none", "shuffled", "answer"),
    [
        (SHOWN, SHOWN, "shown"),
        (SHOWN, NOT_SHOWN, "not shown"),
        (NOT_SHOWN, SHOWN, "not shown"),
        (SHOWN, OPEN, "undecided"),
        (OPEN, NOT_SHOWN, "not shown"),
    ],
)
def test_only_images_that_belong_to_their_post_help(
    none: Difference, shuffled: Difference, answer: str
) -> None:
    views = [viewed(none), viewed(shuffled, view="shuffled")]
    check = images_matter("images-help", views, is_required=False)
    assert check.reason.startswith(f"{answer}: all images against none ")
    assert "; against those of other posts " in check.reason
    assert check.figure == pytest.approx(100 * min(none.f1, shuffled.f1))


def test_advice_is_for_checks_that_exist() -> None:
    assert set(ADVICE) == set(CHECKS) >= {*UNDECIDED, *HOW_TO_ASK}


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
    assert learnability(0.5, BASELINES, posts=30).reason == (
        "test F1 beats the dictionary baseline by at least 2 points (dictionary 40.00, majority 30.00)"
    )
    assert label_noise(Surest(200, 11, 0.99, 1)).reason == (
        "gold contradicts 11 of the 200 entities of dev and test that the system is surest of (mean"
        " probability 99.0 %)"
    )
    assert label_noise(Surest(200, 40, 0.6, 1)).reason == (
        "undecided: the system is not sure enough of any entity to judge labels; gold contradicts 40 of the"
        " 200 entities of dev and test that the system is surest of (mean probability 60.0 %)"
    )
    assert label_noise(Surest(2, 0, 0.6, 2)).reason == (
        "undecided: only 1 entity of dev and test to judge by"
    )
    assert regression(differs(-3, -5, -1, 0.001), posts=860, changed=37).reason == (
        "a loss: -3.00 F1 (95 % -5.00 to -1.00, p 0.001) on 860 test posts in common;"
        " the gold entities of 37 posts changed"
    )
