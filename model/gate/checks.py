"""The checks of train-check; docs/explain/train-check.md explains the question and the formula of each.

To add a check, write a function that returns a `Check`, give it an entry in `ADVICE` of `advice.py`, and
add a line to `CHECKS`. Only data-rules, learnability, floor, regression and leaks can fail a release on
their own. The checks of images answer `shown`, `not shown` or `undecided`, and fail only where they are
required.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from ..measures.bootstrap import Difference
from ..measures.image_views import ViewName
from .advice import check
from .check import PERCENT, Check, Verdict, count_text, difference_text
from .figures import AuditCounts, Figures, LeakCounts

MIN_GAIN: Final = 2.0
"""Points of F1 above the better baseline. Differences below 1 point are noise between seeds."""
MAX_LOSS: Final = 1.0
"""Points of F1 that a release may lose against the earlier report."""
MAX_P: Final = 0.01
"""A gain from images counts as shown below this p."""
USELESS_GAIN: Final = 1.0
"""Points of F1: images whose gain is certainly below this are not worth having."""
MAX_DEVIATION: Final = 1.5
"""Points of F1 over seeds; with more, a single training is not informative."""
MAX_SUSPECTS: Final = 3.0
"""Percent of the gold entities."""
MIN_POSTS: Final = 30
"""With fewer posts, a bootstrap over posts is too certain, because it only draws from those it has."""
MAX_LEAKS: Final = 2.0
"""Percent of the test posts with entities. Even at an F1 of 50, so many add only 1 point, which is noise."""
LEAKED_AS: Final = {
    "post": "as the same post",
    "text": "word for word",
    "normal-text": "but for case, space and links",
    "near-text": "nearly word for word",
    "image": "by a picture",
    "near-image": "by pictures that look alike",
}

COMPARED: Final = {
    "images-help": "all images against none",
    "images-belong": "all images against those of other posts",
    "image-order": "images in order against another order",
}


def data_rules(audit: AuditCounts) -> Check:
    """Fail if the audit found an error, and warn if it found a warning."""
    level: Verdict = "fail" if audit.errors else "warn" if audit.warnings else "pass"
    first = f"; the first error breaks {audit.first}" if audit.errors else ""
    errors, warnings = count_text(audit.errors, "error"), count_text(audit.warnings, "warning")
    reason = f"the audit found {errors} and {warnings}{first}"
    return check("data-rules", level, audit.errors, threshold=0, reason=reason)


def leaks(counts: LeakCounts) -> Check:
    """Fail if too many test posts with entities are also in train, and warn if any post of test or dev is."""
    share = PERCENT * counts.leaked / counts.posts if counts.posts else 0.0
    level: Verdict = "fail" if share > MAX_LEAKS else "pass"
    if level == "pass" and (counts.leaked or counts.dev):
        level = "warn"
    how = "".join(f", {number} {LEAKED_AS[kind]}" for kind, number in counts.test.items())
    reason = f"{counts.leaked} of {counts.posts} test posts with entities are also in train{how}"
    if counts.dev:
        reason += f"; {count_text(sum(counts.dev.values()), 'post')} of dev"
    return check("leaks", level, share, threshold=MAX_LEAKS, reason=reason)


def learnability(f1: float, baselines: Mapping[str, float]) -> Check:
    """Fail if test F1 is not `MIN_GAIN` points above every baseline.

    If less than twice `MIN_GAIN` is left above a baseline, half of the rest is enough. All F1 are 0 to 1.
    """
    name, best = max(baselines.items(), key=lambda item: item[1])
    wanted = PERCENT * best + min(MIN_GAIN, PERCENT * (1 - best) / 2)
    is_learned = PERCENT * f1 >= wanted
    figures = ", ".join(f"{baseline} {PERCENT * one:.2f}" for baseline, one in baselines.items())
    verb = "beats" if is_learned else "does not beat"
    points = f"{wanted - PERCENT * best:.2f}".removesuffix(".00")
    reason = f"test F1 {verb} the {name} baseline by at least {points} points ({figures})"
    level: Verdict = "pass" if is_learned else "fail"
    return check("learnability", level, PERCENT * f1, threshold=wanted, reason=reason)


def floor(f1: float, min_f1: float) -> Check:
    """Fail if test F1 (0 to 1) is below `min_f1` (percent)."""
    is_over = PERCENT * f1 >= min_f1
    reason = f"test F1 is {'not below' if is_over else 'below'} --min-f1"
    level: Verdict = "pass" if is_over else "fail"
    return check("floor", level, PERCENT * f1, threshold=min_f1, reason=reason)


def regression(difference: Difference | None, *, posts: int, changed: int) -> Check:
    """Fail if the loss is more than `MAX_LOSS` points and not due to chance; warn with too few posts.

    Args:
        difference: F1 now minus F1 before on the posts in common, None if there are none.
        posts: number of posts in common.
        changed: posts in common whose gold entities have changed.
    """
    if difference is None:
        reason = "no test post in common with the earlier report: nothing to compare"
        return check("regression", "warn", 0.0, threshold=-MAX_LOSS, reason=reason)
    points = PERCENT * difference.f1
    is_sure = difference.high < 0 and posts >= MIN_POSTS
    level: Verdict = "pass" if points >= -MAX_LOSS else "fail" if is_sure else "warn"
    answer = {"pass": "no relevant loss", "warn": "a loss that may be chance", "fail": "a loss"}
    gold = f"; the gold entities of {count_text(changed, 'post')} changed" if changed else ""
    reason = f"{answer[level]}: {difference_text(difference)} on {posts} test posts in common{gold}"
    return check("regression", level, points, threshold=-MAX_LOSS, reason=reason)


def images_matter(name: str, difference: Difference, *, changed: int, is_required: bool) -> Check:
    """Answer `shown`, `not shown` or `undecided`; undecided if the view changes too few posts.

    Args:
        name: name of the check.
        difference: F1 with all images minus F1 with the view.
        changed: test posts whose images the view changes.
        is_required: whether any other answer than `shown` fails.
    """
    points = PERCENT * difference.f1
    if changed < MIN_POSTS:
        answer = "undecided"
    elif difference.f1 > 0 and difference.p < MAX_P:
        answer = "shown"
    elif PERCENT * difference.high < USELESS_GAIN:
        answer = "not shown"
    else:
        answer = "undecided"
    level: Verdict = "pass" if answer == "shown" else "fail" if is_required else "warn"
    few = f"; this changes only {count_text(changed, 'test post')}" if changed < MIN_POSTS else ""
    reason = f"{answer}: {COMPARED[name]}, {difference_text(difference)}{few}"
    return check(name, level, points, threshold=0, reason=reason)


def stability(deviation: float, seeds: int) -> Check:
    """Warn if the standard deviation of test F1 (0 to 1) over the seeds is large."""
    level: Verdict = "warn" if PERCENT * deviation > MAX_DEVIATION else "pass"
    reason = f"standard deviation of test F1 over {seeds} seeds, in points"
    return check("stability", level, PERCENT * deviation, threshold=MAX_DEVIATION, reason=reason)


def label_suspects(doubted: int, entities: int) -> Check:
    """Warn if systems that were trained without them doubt too many gold entities."""
    share = PERCENT * doubted / entities if entities else 0.0
    level: Verdict = "warn" if share > MAX_SUSPECTS else "pass"
    reason = f"{doubted} of {entities} gold entities are doubted; the figure is in percent"
    return check("label-suspects", level, share, threshold=MAX_SUSPECTS, reason=reason)


def images_usable(masked: int, named: int) -> Check:
    """Warn if images that records name were missing or unreadable, and therefore masked."""
    reason = f"{masked} of {named} images are missing or unreadable and were masked"
    return check("images-usable", "warn" if masked else "pass", masked, threshold=0, reason=reason)


def _image_check(name: str, view: ViewName, required_as: str) -> Callable[[Figures], Check | None]:
    """Return a check by the model that was trained on all images: that is what the release taught it."""

    def make(figures: Figures) -> Check | None:
        for one in figures.ablations:
            if one.how == "one model" and one.view == view:
                is_required = required_as in figures.require
                return images_matter(
                    name, one.difference, changed=one.changed, is_required=is_required
                )
        return None

    return make


def _earlier_report(figures: Figures) -> Check | None:
    against = figures.against
    if against is None:
        return None
    return regression(against.difference, posts=against.posts, changed=against.changed)


def _several_seeds(figures: Figures) -> Check | None:
    deviation = figures.micro.deviation
    return None if deviation is None else stability(deviation, len(figures.run.seeds))


def _suspects(figures: Figures) -> Check | None:
    found = figures.suspects
    return None if found is None else label_suspects(found.doubted, found.entities)


CHECKS: Final[tuple[Callable[[Figures], Check | None], ...]] = (
    lambda f: data_rules(f.audit),
    lambda f: leaks(f.leaks),
    lambda f: learnability(f.micro.f1, f.baselines),
    lambda f: None if f.min_f1 is None else floor(f.micro.f1, f.min_f1),
    _earlier_report,
    _image_check("images-help", "none", "images"),
    _image_check("images-belong", "shuffled", "images"),
    _image_check("image-order", "reordered", "order"),
    _several_seeds,
    _suspects,
    lambda f: (
        images_usable(f.run.images_masked, f.run.images_named) if f.run.image_encoder else None
    ),
)
"""All checks, in the order of the report; None means that a check does not apply to this run."""
