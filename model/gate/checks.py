"""The checks of train-check: pure functions from figures to an answer. docs/explain/train-check.md has
what each asks, its formula, and what to do.

Only data-rules, learnability, floor, regression and leaks can fail a release by themselves. Checks of
images answer shown, not shown or undecided, and fail only where they are required.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict

from ..measures.bootstrap import Difference

Verdict = Literal["pass", "warn", "fail"]

PERCENT: Final = 100.0
LEARNED: Final = 2.0
"""Points of F1 above the better baseline. Differences below 1 are noise between seeds."""
WORSE: Final = 1.0
"""Points of F1 that a release may lose against the last one."""
SHOWN: Final = 0.01
"""The p at which a difference that images make counts as shown."""
WORTHLESS: Final = 1.0
"""Points of F1: images that certainly give less than this are not worth having."""
MOST_DEVIATION: Final = 1.5
"""Points of F1 over seeds, from which single trainings say little."""
MOST_SUSPECTS: Final = 3.0
"""Percent of the entities."""
FEWEST: Final = 30
"""Posts, below which a bootstrap over posts is surer than it may be: it draws only what it has."""
MOST_LEAKED: Final = 1.0
"""Percent of the test posts with entities. Published corpora have some: Twitter-2017 0.5."""

Images = Literal["images-help", "images-belong", "image-order"]
_ASKED: Final[dict[Images, str]] = {
    "images-help": "all images against none",
    "images-belong": "all images against those of other posts",
    "image-order": "images in order against another order",
}


class Check(BaseModel):
    """One named check: what was found (`figure`), what it was held to, why it answers as it does, and
    what to do where it does not pass (`advice`, empty where it does)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    level: Verdict
    figure: float
    threshold: float | None
    reason: str
    advice: str


def check(
    name: str, level: Verdict, figure: float, *, threshold: float | None, reason: str
) -> Check:
    """With its advice."""
    return Check(
        name=name,
        level=level,
        figure=figure,
        threshold=threshold,
        reason=reason,
        advice="" if level == "pass" else ADVICE[name],
    )


def data_rules(errors: int, warnings: int, *, first: str) -> Check:
    """Fails where the audit found an error. first: the rule of the first one, "" without any."""
    level: Verdict = "fail" if errors else "warn" if warnings else "pass"
    what = f"; the first breaks {first}" if errors else ""
    reason = f"the audit found {_number(errors, 'error')} and {_number(warnings, 'warning')}{what}"
    return check("data-rules", level, errors, threshold=0, reason=reason)


def leaks(exact: int, normalised: int, posts: int) -> Check:
    """Fails where too many test posts with entities stand in train. normalised: the exact ones too."""
    share = PERCENT * normalised / posts if posts else 0.0
    level: Verdict = "fail" if share > MOST_LEAKED else "warn" if normalised else "pass"
    reason = (
        f"{normalised} of {posts} test posts with entities stand in train, {exact} word for word"
    )
    return check("leaks", level, share, threshold=MOST_LEAKED, reason=reason)


def learnability(f1: float, baselines: Mapping[str, float]) -> Check:
    """Fails where test F1 is not `LEARNED` points above each baseline; where less than twice that is
    left above one, half of what is left. All F1 from 0 to 1."""
    name, best = max(baselines.items(), key=lambda item: item[1])
    wanted = PERCENT * best + min(LEARNED, PERCENT * (1 - best) / 2)
    is_learned = PERCENT * f1 >= wanted
    told = ", ".join(f"{what} {PERCENT * one:.2f}" for what, one in baselines.items())
    verb = "beats" if is_learned else "does not beat"
    points = f"{wanted - PERCENT * best:.2f}".removesuffix(".00")
    reason = f"test F1 {verb} the {name} baseline by {points} points ({told})"
    level: Verdict = "pass" if is_learned else "fail"
    return check("learnability", level, PERCENT * f1, threshold=wanted, reason=reason)


def floor(f1: float, min_f1: float) -> Check:
    """Fails where test F1 (0 to 1) is under `min_f1` (percent)."""
    is_over = PERCENT * f1 >= min_f1
    reason = f"test F1 is {'at least' if is_over else 'under'} --min-f1"
    level: Verdict = "pass" if is_over else "fail"
    return check("floor", level, PERCENT * f1, threshold=min_f1, reason=reason)


def regression(difference: Difference | None, *, posts: int, changed: int) -> Check:
    """Fails where the loss is more than `WORSE` points and no luck. Of fewer posts than `FEWEST` it warns.

    difference: now less before, over the posts in common; None where there are none. changed: how many of
    them have other gold entities now.
    """
    if difference is None:
        reason = "no test post in common with the earlier report: nothing to compare"
        return check("regression", "warn", 0.0, threshold=-WORSE, reason=reason)
    points = PERCENT * difference.f1
    is_sure = difference.high < 0 and posts >= FEWEST
    level: Verdict = "pass" if points >= -WORSE else "fail" if is_sure else "warn"
    words = {"pass": "no loss that counts", "warn": "a loss that may be luck", "fail": "a loss"}
    gold = f"; {_number(changed, 'post')} with other gold" if changed else ""
    reason = f"{words[level]}: {spoken(difference)} on {posts} test posts in common{gold}"
    return check("regression", level, points, threshold=-WORSE, reason=reason)


def images_matter(
    name: Images, difference: Difference, *, changed: int, is_required: bool
) -> Check:
    """Shown, not shown or undecided, which it is of fewer posts than `FEWEST`.

    difference: with all images less without, or with wrong ones. changed: test posts that had others then.
    """
    points = PERCENT * difference.f1
    if changed < FEWEST:
        answer = "undecided"
    elif difference.f1 > 0 and difference.p < SHOWN:
        answer = "shown"
    elif PERCENT * difference.high < WORTHLESS:
        answer = "not shown"
    else:
        answer = "undecided"
    level: Verdict = "pass" if answer == "shown" else "fail" if is_required else "warn"
    few = f"; only {_number(changed, 'test post')} can tell" if changed < FEWEST else ""
    reason = f"{answer}: {_ASKED[name]}, {spoken(difference)}{few}"
    return check(name, level, points, threshold=0, reason=reason)


def stability(deviation: float, seeds: int) -> Check:
    """Warns where single trainings scatter. deviation: of test F1 (0 to 1) over the seeds."""
    level: Verdict = "warn" if PERCENT * deviation > MOST_DEVIATION else "pass"
    reason = f"deviation of test F1 over {seeds} seeds, in points"
    return check("stability", level, PERCENT * deviation, threshold=MOST_DEVIATION, reason=reason)


def suspects(doubted: int, entities: int) -> Check:
    """Warns where too many labels are doubted by a system that was trained without them."""
    share = PERCENT * doubted / entities if entities else 0.0
    level: Verdict = "warn" if share > MOST_SUSPECTS else "pass"
    reason = f"{doubted} of {entities} entities are doubted, in percent"
    return check("label-suspects", level, share, threshold=MOST_SUSPECTS, reason=reason)


def images_usable(masked: int, named: int) -> Check:
    """Warns where images that records name were missing or unreadable, and so masked."""
    reason = f"{masked} of {named} images are missing or unreadable and were masked"
    return check("images-usable", "warn" if masked else "pass", masked, threshold=0, reason=reason)


def spoken(difference: Difference) -> str:
    """Points of F1 with interval and p."""
    low, high = PERCENT * difference.low, PERCENT * difference.high
    return (
        f"{PERCENT * difference.f1:+.2f} F1 (95 % {low:+.2f} to {high:+.2f}, p {difference.p:.3f})"
    )


def _number(count: int, what: str) -> str:
    return f"{count:,} {what if count == 1 else what + 's'}"


ADVICE: Final = {
    "data-rules": "mnerctl release audit RELEASE lists each finding; mend the errors and build anew",
    "leaks": "mnerctl release leaks RELEASE names the pairs; keep copies of a post in one split",
    "learnability": "look at the worst errors and the label suspects: either labels contradict each"
    " other, or there is too little to learn from",
    "floor": "look at the weakest type and at the learning curve; more posts, or clearer labels",
    "regression": "mnerctl release diff OLD NEW shows what changed; look at posts that were right"
    " before, and at the new labels first",
    "images-help": "if images should tell, look whether they are those of their posts (mnerctl release"
    " gallery); a larger test split decides what is undecided",
    "images-belong": "look whether pictures are those of their posts (mnerctl release gallery); a larger"
    " test split decides what is undecided",
    "image-order": "nothing to mend: in many corpora the order tells nothing",
    "stability": "judge by more seeds (--seeds 5), and trust no difference smaller than the deviation",
    "label-suspects": "mnerctl label push --suspects FILE gives the doubted posts to annotators again",
    "images-usable": "complete the images: mnerctl release audit RELEASE names those that are missing",
}
