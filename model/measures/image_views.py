"""What a system loses when it sees other images: views of records, and what is found through each.

A trained system is shown the same test posts with other images. That says what this system makes of
them, not what a system could learn without: for that it is trained anew on a view of all splits, which
costs a training each. A result says which of the two it is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random
from typing import Final, Literal, get_args

from pydantic import BaseModel, ConfigDict

from ...schema import Record
from .bootstrap import Difference, f1_difference, matches
from .score import Predicted, Scores, grouped, scores

ViewName = Literal["none", "first", "shuffled", "reordered"]
VIEW_NAMES: Final[tuple[ViewName, ...]] = get_args(ViewName)
How = Literal["one model", "trained"]
View = Callable[[Sequence[Record], int], tuple[Record, ...]]
"""From records and a seed to the same records with other images."""


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ByImages(_Model):
    """The posts with that many images: F1 with all, through the view, and the difference."""

    posts: int
    all_images: Scores
    view: Scores
    difference: Difference


class Ablation(_Model):
    """What was found through a view of test. how: `one model`, trained on all images and shown the view,
    or `trained` on the view too. changed: posts whose images the view changes, of the first seed.
    difference: F1 with all images less that of the view, over all posts.
    """

    view: ViewName
    how: How
    changed: int
    scores: Scores
    difference: Difference
    by_images: dict[str, ByImages]


def with_images(record: Record, images: Sequence[str]) -> Record:
    """The record with these images. Evidence is by position, so it goes."""
    return record.model_copy(update={"images": tuple(images), "evidence": None})


def none(records: Sequence[Record], seed: int) -> tuple[Record, ...]:
    """No image at all."""
    return tuple(with_images(record, ()) for record in records)


def first(records: Sequence[Record], seed: int) -> tuple[Record, ...]:
    """Only the first image of each post."""
    return tuple(with_images(record, record.images[:1]) for record in records)


def shuffled(records: Sequence[Record], seed: int) -> tuple[Record, ...]:
    """Each post with images has those of another such post; no post keeps its own.

    A random cycle through all of them (Sattolo 1986); a single post with images keeps them.
    """
    random = Random(seed)
    places = [place for place, record in enumerate(records) if record.images]
    givers = list(places)
    for last in range(len(givers) - 1, 0, -1):
        other = random.randrange(last)
        givers[last], givers[other] = givers[other], givers[last]
    found = list(records)
    for place, giver in zip(places, givers, strict=True):
        found[place] = with_images(records[place], records[giver].images)
    return tuple(found)


def reordered(records: Sequence[Record], seed: int) -> tuple[Record, ...]:
    """The images of each post in another order; posts with fewer than two different ones stay."""
    return tuple(_reordered(record, Random(f"{seed} {record.id}")) for record in records)


def _reordered(record: Record, random: Random) -> Record:
    if len(set(record.images)) < 2:
        return record
    images = list(record.images)
    while tuple(images) == record.images:
        random.shuffle(images)
    return with_images(record, images)


VIEWS: Final[dict[ViewName, View]] = {
    "none": none,
    "first": first,
    "shuffled": shuffled,
    "reordered": reordered,
}


def ablation(
    view: ViewName,
    how: How,
    records: Sequence[Record],
    *,
    whole: Sequence[Predicted],
    seen: Sequence[Predicted],
    seed: int,
) -> Ablation:
    """whole, seen: of each seed, what was found with all images and through the view. seed: the first."""
    viewed = VIEWS[view](records, seed)
    changed = sum(a.images != b.images for a, b in zip(records, viewed, strict=True))
    numbers = sorted({len(record.images) for record in records})
    return Ablation(
        view=view,
        how=how,
        changed=changed,
        scores=scores(records, seen)["micro"],
        difference=_difference(records, whole, seen),
        by_images={str(number): _by_images(number, records, whole, seen) for number in numbers},
    )


def _by_images(
    number: int, records: Sequence[Record], whole: Sequence[Predicted], seen: Sequence[Predicted]
) -> ByImages:
    places = [place for place, record in enumerate(records) if len(record.images) == number]
    some = [records[place] for place in places]
    ours, theirs = (
        [[of_seed[place] for place in places] for of_seed in found] for found in (whole, seen)
    )
    return ByImages(
        posts=len(some),
        all_images=_micro(some, ours),
        view=_micro(some, theirs),
        difference=_difference(some, ours, theirs),
    )


def _micro(records: Sequence[Record], by_seed: Sequence[Predicted]) -> Scores:
    return grouped(records, by_seed, lambda record, span: "micro", ("micro",))["micro"]


def _difference(
    records: Sequence[Record], whole: Sequence[Predicted], seen: Sequence[Predicted]
) -> Difference:
    gold = [record.spans for record in records]
    return f1_difference(matches(gold, whole), matches(gold, seen))
