"""The checks of images: do they help, and does their order matter?

Each compares all images with views of them, shown to the model that was trained on all images: that is what
the release taught it. The answer is `shown`, `not shown` or `undecided`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

from ..measures.image_views import Ablation, ViewName
from .advice import check
from .check import MIN_POSTS, PERCENT, Check, Verdict, count_text, difference_text
from .figures import Figures

MAX_P: Final = 0.01
"""A gain from images counts as shown below this p."""
USELESS_GAIN: Final = 1.0
"""Points of F1: images whose gain is certainly below this are not worth having."""
AGAINST: Final[dict[ViewName, str]] = {
    "none": "none",
    "first": "the first only",
    "shuffled": "those of other posts",
    "reordered": "another order",
}

Answer = Literal["shown", "not shown", "undecided"]


def answer_of(one: Ablation) -> Answer:
    """Return whether all images are shown to be better than a view of them."""
    if one.changed < MIN_POSTS:
        return "undecided"
    if one.difference.f1 > 0 and one.difference.p < MAX_P:
        return "shown"
    return "not shown" if PERCENT * one.difference.high < USELESS_GAIN else "undecided"


def images_matter(name: str, views: Sequence[Ablation], *, is_required: bool) -> Check:
    """Return one answer about all views: `shown` only if all are, `not shown` if one is not shown.

    Args:
        name: name of the check.
        views: results with the views of the images.
        is_required: whether any other answer than `shown` fails.
    """
    answers = {answer_of(one) for one in views}
    answer: Answer = "undecided"
    if answers == {"shown"}:
        answer = "shown"
    elif "not shown" in answers:
        answer = "not shown"
    level: Verdict = "pass" if answer == "shown" else "fail" if is_required else "warn"
    compared = "; ".join(
        f"against {AGAINST[one.view]} {difference_text(one.difference)}" for one in views
    )
    fewest = min(one.changed for one in views)
    few = f"; only {count_text(fewest, 'test post')} can tell" if fewest < MIN_POSTS else ""
    return check(
        name,
        level,
        PERCENT * min(one.difference.f1 for one in views),
        threshold=0,
        reason=f"{answer}: all images {compared}{few}",
        is_undecided=answer == "undecided",
    )


def images_help(figures: Figures) -> Check | None:
    """Compare with no images and with those of other posts: only images that belong to a post can help it."""
    if not figures.ablations:
        return None
    if not figures.run.images_named:
        return check(
            "images-help",
            "fail" if "images" in figures.require else "warn",
            0,
            threshold=0,
            reason="not shown: the release has no images; the system read text only",
            advice="train a system that reads text only: --system bert-crf",
        )
    return _check("images-help", ("none", "shuffled"), figures, required_as="images")


def image_order(figures: Figures) -> Check | None:
    """Compare with the images of each post in another order."""
    return _check("image-order", ("reordered",), figures, required_as="order")


def _check(
    name: str, wanted: Sequence[ViewName], figures: Figures, *, required_as: str
) -> Check | None:
    views = [one for one in figures.ablations if one.how == "one model" and one.view in wanted]
    if not views or not figures.run.images_named:
        return None
    return images_matter(name, views, is_required=required_as in figures.require)
