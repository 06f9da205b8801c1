"""What to do about a check that does not pass."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from .check import Check, Verdict

ADVICE: Final = {
    "data-rules": "mnerctl release audit RELEASE lists each finding; fix the errors and build again",
    "leaks": "mnerctl release leaks RELEASE lists the pairs; keep copies of a post in one split"
    " (mnerctl release build does, unless --splits says otherwise)",
    "learnability": "look at the worst errors and the label suspects: either the labels contradict each"
    " other, or there are too few examples to learn from",
    "floor": "look at the weakest type and at the learning curve; add posts, or make labels clearer",
    "regression": "mnerctl release diff OLD NEW shows what changed; look first at posts that were right"
    " before, and at the new labels",
    "images-help": "if images should help, check that they belong to their posts (mnerctl release"
    " gallery); a larger test split can decide what is undecided",
    "images-belong": "check that pictures belong to their posts (mnerctl release gallery); a larger"
    " test split can decide what is undecided",
    "image-order": "nothing to fix: in many corpora the order of images carries no information",
    "stability": "judge by more seeds (--seeds 5), and ignore differences smaller than the deviation",
    "label-suspects": "mnerctl label push --suspects FILE sends the doubted posts to annotators again",
    "images-usable": "complete the images: mnerctl release audit RELEASE lists the missing ones",
}
JUDGED_BY_TEST: Final = frozenset(
    {"learnability", "floor", "regression", "images-help", "images-belong", "image-order"}
)
LEAKS_FIRST: Final = (
    "posts of test are in train, so test cannot decide this: fix leaks first (mnerctl release leaks"
    " RELEASE), then judge again"
)


def check(
    name: str, level: Verdict, figure: float, *, threshold: float | None, reason: str
) -> Check:
    """Return a check with its advice."""
    return Check(
        name=name,
        level=level,
        figure=figure,
        threshold=threshold,
        reason=reason,
        advice="" if level == "pass" else ADVICE[name],
    )


def after_leaks(checks: Sequence[Check]) -> tuple[Check, ...]:
    """Return the checks; if `leaks` failed, the advice of those that depend on test names this cause first.

    A system that remembers test needs neither words nor pictures, and so does a dictionary.
    """
    if not any(one.name == "leaks" and one.level == "fail" for one in checks):
        return tuple(checks)
    return tuple(
        one.model_copy(update={"advice": LEAKS_FIRST})
        if one.name in JUDGED_BY_TEST and one.level != "pass"
        else one
        for one in checks
    )
