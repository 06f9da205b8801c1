"""The checks of train-check; docs/explain/train-check.md explains the question and the formula of each.

To add a check, write a function that returns a `Check`, give it an entry in `ADVICE` of `advice.py`, and
add a line to `CHECKS`. Only data-rules, learnability, floor, regression and leaks can fail a release on
their own. The checks of images answer `shown`, `not shown` or `undecided`; they and label-noise fail only
where they are required.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from ..measures.bootstrap import Difference
from .advice import check
from .check import MIN_POSTS, PERCENT, Check, Verdict, count_text, difference_text
from .figures import AuditCounts, Figures, LeakCounts
from .image_checks import image_order, images_help
from .label_checks import label_noise, label_suspects

MIN_GAIN: Final = 2.0
"""Points of F1 above the better baseline. Differences below 1 point are noise between seeds."""
NEAR_CEILING: Final = 95.0
"""F1 of a baseline that leaves so little to learn that wrong labels and chance can take all of it."""
MAX_BEHIND: Final = 10.0
"""Points of F1 that a sound system may be behind such a baseline."""
MAX_LOSS: Final = 1.0
"""Points of F1 that a release may lose against the earlier report."""
MAX_DEVIATION: Final = 1.5
"""Points of F1 over seeds; with more, a single training is not informative."""
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


def learnability(
    f1: float, baselines: Mapping[str, float], *, posts: int, is_required: bool = False
) -> Check:
    """Fail if test F1 is not `MIN_GAIN` points above every baseline.

    If less than twice `MIN_GAIN` is left above a baseline, half of the rest is enough. Near the ceiling, a
    sound system may not get there, and few posts say little: the check is then undecided, unless the system
    is far behind. All F1 are 0 to 1.

    Args:
        f1: test F1 of the system.
        baselines: test F1 of each baseline.
        posts: test posts with entities.
        is_required: whether undecided fails.
    """
    name, best = max(baselines.items(), key=lambda item: item[1])
    wanted = PERCENT * best + min(MIN_GAIN, PERCENT * (1 - best) / 2)
    is_learned = best < 1 and PERCENT * f1 >= wanted
    is_near = PERCENT * best >= NEAR_CEILING and not is_learned
    is_behind = f1 == 0 or PERCENT * (best - f1) > MAX_BEHIND
    is_undecided = (is_near or posts < MIN_POSTS) and not is_behind
    figures = ", ".join(f"{baseline} {PERCENT * one:.2f}" for baseline, one in baselines.items())
    verb = "beats" if is_learned else "does not beat"
    points = f"{wanted - PERCENT * best:.2f}".removesuffix(".00")
    reason = f"test F1 {verb} the {name} baseline by at least {points} points ({figures})"
    level: Verdict = "pass" if is_learned else "fail"
    if is_undecided:
        few = f"only {count_text(posts, 'test post')} with entities ({figures})"
        near = f"the {name} baseline leaves too little to learn ({figures})"
        reason = f"undecided: {near if is_near else few}"
        level = "fail" if is_required else "warn"
    return check(
        "learnability",
        level,
        PERCENT * f1,
        threshold=wanted,
        reason=reason,
        is_undecided=is_undecided,
    )


def floor(f1: float, min_f1: float) -> Check:
    """Fail if test F1 (0 to 1) is below `min_f1` (percent)."""
    is_over = PERCENT * f1 >= min_f1
    reason = f"test F1 is {'not below' if is_over else 'below'} --min-f1"
    level: Verdict = "pass" if is_over else "fail"
    return check("floor", level, PERCENT * f1, threshold=min_f1, reason=reason)


def regression(difference: Difference | None, *, posts: int, changed: int) -> Check:
    """Fail if the loss is more than `MAX_LOSS` points and not due to chance; undecided with too few posts.

    Args:
        difference: F1 now minus F1 before on the posts in common, None if there are none.
        posts: number of posts in common.
        changed: posts in common whose gold entities have changed.
    """
    points = PERCENT * difference.f1 if difference else 0.0
    level: Verdict = "pass" if points >= -MAX_LOSS else "warn"
    if posts < MIN_POSTS:
        answer, level = "undecided", "warn"
    elif level == "pass":
        answer = "no relevant loss"
    elif difference and difference.high < 0:
        answer, level = "a loss", "fail"
    else:
        answer = "a loss that may be chance"
    gold = f"; the gold entities of {count_text(changed, 'post')} changed" if changed else ""
    shown = f"{difference_text(difference)} on " if difference else "only "
    reason = f"{answer}: {shown}{count_text(posts, 'test post')} in common{gold}"
    return check(
        "regression",
        level,
        points,
        threshold=-MAX_LOSS,
        reason=reason,
        is_undecided=posts < MIN_POSTS,
    )


def same_training(differences: str) -> Check:
    """Warn if the trainings of the earlier report were made in another way.

    Args:
        differences: what the earlier report had and this one has not, "" if nothing.
    """
    reason = "the earlier report was made in the same way"
    if differences:
        reason = f"the earlier report had {differences}: a difference of F1 may come from that"
    level: Verdict = "warn" if differences else "pass"
    return check("same-training", level, float(bool(differences)), threshold=0, reason=reason)


def starting_model(folder: str | None) -> Check | None:
    """Warn if the trainings began with a saved model, which may have been trained on posts of test."""
    if folder is None:
        return None
    reason = (
        f"undecided: the training began with {folder}, and what that was trained on is not known"
    )
    return check("starting-model", "warn", 1, threshold=0, reason=reason, is_undecided=True)


def stability(deviation: float, seeds: int, *, posts: int) -> Check:
    """Warn if the standard deviation of test F1 (0 to 1) over seeds is large; undecided with few posts."""
    is_undecided = posts < MIN_POSTS
    level: Verdict = "warn" if is_undecided or PERCENT * deviation > MAX_DEVIATION else "pass"
    reason = (
        f"{PERCENT * deviation:.2f} points is the standard deviation of test F1 over {seeds} seeds"
    )
    if is_undecided:
        reason = f"undecided: {reason}, on only {count_text(posts, 'test post')}"
    return check(
        "stability",
        level,
        PERCENT * deviation,
        threshold=MAX_DEVIATION,
        reason=reason,
        is_undecided=is_undecided,
    )


def images_usable(masked: int, named: int) -> Check:
    """Warn if images that records name were missing or unreadable, and therefore masked."""
    reason = f"{masked} of {named} images are missing or unreadable and were masked"
    return check("images-usable", "warn" if masked else "pass", masked, threshold=0, reason=reason)


def _earlier_report(figures: Figures) -> Check | None:
    against = figures.against
    if against is None:
        return None
    return regression(against.difference, posts=against.posts, changed=against.changed)


def _several_seeds(figures: Figures) -> Check | None:
    deviation = figures.micro.deviation
    if deviation is None:
        return None
    return stability(deviation, len(figures.run.seeds), posts=figures.run.records["test"])


def _suspects(figures: Figures) -> Check | None:
    found = figures.suspects
    return None if found is None else label_suspects(found.doubted, found.entities)


def _masked_images(figures: Figures) -> Check | None:
    run = figures.run
    if not run.image_encoder or not run.images_named:
        return None
    return images_usable(run.images_masked, run.images_named)


CHECKS: Final[Mapping[str, Callable[[Figures], Check | None]]] = {
    "data-rules": lambda f: data_rules(f.audit),
    "leaks": lambda f: leaks(f.leaks),
    "learnability": lambda f: learnability(
        f.micro.f1,
        f.baselines,
        posts=f.leaks.posts,
        is_required="learnability" in f.require,
    ),
    "floor": lambda f: None if f.min_f1 is None else floor(f.micro.f1, f.min_f1),
    "regression": _earlier_report,
    "same-training": lambda f: None if f.against is None else same_training(f.against.computed),
    "starting-model": lambda f: starting_model(f.run.settings.get("init_from")),
    "images-help": images_help,
    "image-order": image_order,
    "stability": _several_seeds,
    "label-noise": lambda f: label_noise(f.surest, is_required="labels" in f.require),
    "label-suspects": _suspects,
    "images-usable": _masked_images,
}
"""All checks by name, in the order of the report; None means that a check does not apply to this run."""
