"""What to do about a check that does not pass."""

from __future__ import annotations

from collections.abc import Collection, Sequence
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
    "same-training": "make both reports with the same --precision, --threads and settings",
    "starting-model": "begin with a model of an earlier release with the same splits, whose train has no post"
    " of this test, or judge without init_from",
    "images-help": "if images should help, check that they belong to their posts (mnerctl release"
    " gallery); the text may simply be enough",
    "image-order": "nothing to fix: in many corpora the order of images carries no information",
    "stability": "judge by more seeds (--seeds 5), and ignore differences smaller than the deviation",
    "label-noise": "mnerctl suspects RELEASE ranks the labels that are probably wrong; correct them, or have"
    " the posts labelled again",
    "label-suspects": "mnerctl label push --suspects FILE sends the doubted posts to annotators again",
    "images-usable": "complete the images: mnerctl release audit RELEASE lists the missing ones",
}
UNDECIDED: Final = {
    "learnability": "nothing need be wrong: this test split cannot tell learning from memorising; test posts"
    " with names that train does not have can",
    "regression": "compare with an earlier release that has more test posts in common",
    "images-help": "a larger test split, with more images, can decide",
    "image-order": "a larger test split, with more posts of several images, can decide",
    "stability": "a larger test split can decide",
    "label-noise": "more posts in dev and test, or a system that learns more (--epochs), can decide; mnerctl"
    " suspects RELEASE ranks the labels to look at first",
}
"""Advice of undecided checks, where it differs."""
HOW_TO_ASK: Final = {
    "floor": "--min-f1",
    "regression": "--against",
    "images-help": "--system tpm-mi",
    "image-order": "--system tpm-mi",
    "stability": "--seeds 3",
    "label-suspects": "--suspects",
    "images-usable": "--system tpm-mi",
}
"""The option that makes a check apply; checks that always apply are not in it."""
FOLLOWING: Final = frozenset({"same-training", "starting-model"})
"""Checks that follow from something else that was asked; nobody asks for them."""
JUDGED_BY_TEST: Final = frozenset(
    {"learnability", "floor", "regression", "images-help", "image-order", "label-noise"}
)
LEAKS_FIRST: Final = (
    "posts of test are in train, so test cannot decide this: fix leaks first (mnerctl release leaks"
    " RELEASE), then judge again"
)


def check(
    name: str,
    level: Verdict,
    figure: float,
    *,
    threshold: float | None,
    reason: str,
    is_undecided: bool = False,
    advice: str = "",
) -> Check:
    """Return a check with its advice: the given one, or that of its name."""
    advice = advice or (UNDECIDED.get(name) if is_undecided else None) or ADVICE[name]
    return Check(
        name=name,
        level=level,
        figure=figure,
        threshold=threshold,
        reason=reason,
        advice="" if level == "pass" else advice,
        is_undecided=is_undecided,
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


def not_asked(
    checks: Sequence[Check], *, names: Collection[str], has_images: bool
) -> dict[str, str]:
    """Return how to ask for each check that did not apply, by name; "" if this release cannot answer it.

    Args:
        checks: the checks that applied.
        names: the names of all checks.
        has_images: whether a record of the release names an image.
    """
    asked = {one.name for one in checks}
    return {
        name: HOW_TO_ASK.get(name, "") if has_images or not name.startswith("image") else ""
        for name in names
        if name not in asked | FOLLOWING
    }
