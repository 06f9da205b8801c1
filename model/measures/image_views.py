"""Views of a release's images, and how much F1 a system loses when it sees a view instead of all images.

By default, a trained system tags the same test posts with other images. This measures how much this model
uses the images, not what a system could learn without them. To measure that, a system is trained again on a
view of all splits, which costs one training per view. `Ablation.how` tells the two apart.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random
from typing import Final, Literal, get_args

from pydantic import BaseModel, ConfigDict

from ...schema import Record
from .bootstrap import Difference, f1_difference, match_counts
from .score import Predicted, Scores, grouped, scores

ViewName = Literal["none", "first", "shuffled", "reordered"]
VIEW_NAMES: Final[tuple[ViewName, ...]] = get_args(ViewName)
How = Literal["one model", "trained"]
View = Callable[[Sequence[Record], int], tuple[Record, ...]]
"""Takes records and a seed; returns the same records with other images."""


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ByImages(_Model):
    """Results for the posts with one number of images.

    Attributes:
        posts: how many posts have this number of images.
        all_images: scores with all images.
        view: scores with the view.
        difference: F1 with all images minus F1 with the view.
    """

    posts: int
    all_images: Scores
    view: Scores
    difference: Difference


class Ablation(_Model):
    """Results on test with a view of the images.

    Attributes:
        view: name of the view.
        how: `one model` if a model trained on all images was shown the view, `trained` if a model was also
            trained on the view.
        changed: number of test posts whose images the view changes, for the first seed.
        scores: scores with the view.
        difference: F1 with all images minus F1 with the view, over all posts.
        by_images: results by number of images of a post.
    """

    view: ViewName
    how: How
    changed: int
    scores: Scores
    difference: Difference
    by_images: dict[str, ByImages]


def with_images(record: Record, images: Sequence[str]) -> Record:
    """Return the record with these images and without evidence, which refers to images by position."""
    return record.model_copy(update={"images": tuple(images), "evidence": None})


def none(records: Sequence[Record], seed: int) -> tuple[Record, ...]:
    """Remove all images."""
    return tuple(with_images(record, ()) for record in records)


def first(records: Sequence[Record], seed: int) -> tuple[Record, ...]:
    """Keep only the first image of each post."""
    return tuple(with_images(record, record.images[:1]) for record in records)


def shuffled(records: Sequence[Record], seed: int) -> tuple[Record, ...]:
    """Give each post with images the images of another such post, so that no post keeps its own.

    The exchange is a random cycle through all of them (Sattolo 1986). A single post with images keeps them.
    """
    random = Random(seed)
    places = [place for place, record in enumerate(records) if record.images]
    givers = list(places)
    for last in range(len(givers) - 1, 0, -1):
        other = random.randrange(last)
        givers[last], givers[other] = givers[other], givers[last]
    viewed = list(records)
    for place, giver in zip(places, givers, strict=True):
        viewed[place] = with_images(records[place], records[giver].images)
    return tuple(viewed)


def reordered(records: Sequence[Record], seed: int) -> tuple[Record, ...]:
    """Put the images of each post in another order; posts with fewer than two different ones stay."""
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
    with_all: Sequence[Predicted],
    with_view: Sequence[Predicted],
    seed: int,
) -> Ablation:
    """Return the results of one view on the test records.

    Args:
        view: name of the view.
        how: see `Ablation`.
        records: the test records, with all images.
        with_all: for each seed, what was predicted with all images.
        with_view: for each seed, what was predicted with the view.
        seed: the first seed.
    """
    viewed = VIEWS[view](records, seed)
    changed = sum(a.images != b.images for a, b in zip(records, viewed, strict=True))
    numbers = sorted({len(record.images) for record in records})
    return Ablation(
        view=view,
        how=how,
        changed=changed,
        scores=scores(records, with_view)["micro"],
        difference=_difference(records, with_all, with_view),
        by_images={
            str(number): _by_images(number, records, with_all, with_view) for number in numbers
        },
    )


def _by_images(
    number: int,
    records: Sequence[Record],
    with_all: Sequence[Predicted],
    with_view: Sequence[Predicted],
) -> ByImages:
    places = [place for place, record in enumerate(records) if len(record.images) == number]
    some = [records[place] for place in places]
    some_all, some_view = (
        [[predicted[place] for place in places] for predicted in by_seed]
        for by_seed in (with_all, with_view)
    )
    return ByImages(
        posts=len(some),
        all_images=_micro(some, some_all),
        view=_micro(some, some_view),
        difference=_difference(some, some_all, some_view),
    )


def _micro(records: Sequence[Record], by_seed: Sequence[Predicted]) -> Scores:
    return grouped(records, by_seed, lambda record, span: "micro", ("micro",))["micro"]


def _difference(
    records: Sequence[Record], with_all: Sequence[Predicted], with_view: Sequence[Predicted]
) -> Difference:
    gold = [record.spans for record in records]
    return f1_difference(match_counts(gold, with_all), match_counts(gold, with_view))
