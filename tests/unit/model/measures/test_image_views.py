"""Views of records: the images that they show, nothing else changes, and the results of a view."""

from __future__ import annotations

import pytest

pytest.importorskip("numpy", reason="needs mnerctl[train]")

from hypothesis import given
from hypothesis import strategies as st

from mnerctl.model.measures.image_views import VIEW_NAMES, VIEWS, ViewName, ablation
from mnerctl.schema import Record, Span


def posts(counts: list[int]) -> tuple[Record, ...]:
    """Return one post for each number of images."""
    return tuple(
        Record(
            id=str(n),
            text=("Ada", "Rome"),
            label=("B-PER", "B-LOC"),
            images=tuple(f"{n}_{position}.jpg" for position in range(count)),
            evidence=((0,), ()) if count else ((), ()),
        )
        for n, count in enumerate(counts)
    )


some_posts = st.lists(st.integers(0, 4), max_size=8).map(posts)
seeds = st.integers(0, 99)


@given(some_posts, seeds, st.sampled_from(VIEW_NAMES))
def test_only_images_change_and_the_seed_fixes_the_view(
    records: tuple[Record, ...], seed: int, name: ViewName
) -> None:
    viewed = VIEWS[name](records, seed)
    assert viewed == VIEWS[name](records, seed)
    for before, after in zip(records, viewed, strict=True):
        assert (after.id, after.text, after.spans) == (before.id, before.text, before.spans)
        if after.images != before.images:
            assert after.evidence is None  # evidence refers to images by position


@given(some_posts, seeds)
def test_shuffled_gives_every_post_other_images_and_loses_none(
    records: tuple[Record, ...], seed: int
) -> None:
    viewed = VIEWS["shuffled"](records, seed)
    with_some = [one for one in records if one.images]
    assert sorted(one.images for one in viewed) == sorted(one.images for one in records)
    for before, after in zip(records, viewed, strict=True):
        if before.images and len(with_some) > 1:
            assert after.images and after.images != before.images
        else:
            assert after.images == before.images


@given(some_posts, seeds)
def test_reordered_changes_exactly_the_posts_with_two_or_more(
    records: tuple[Record, ...], seed: int
) -> None:
    for before, after in zip(records, VIEWS["reordered"](records, seed), strict=True):
        assert sorted(after.images) == sorted(before.images)
        assert (after.images != before.images) == (len(before.images) > 1)


def test_none_and_first() -> None:
    records = posts([0, 1, 3])
    assert [one.images for one in VIEWS["none"](records, 1)] == [(), (), ()]
    firsts = [one.images for one in VIEWS["first"](records, 1)]
    assert firsts == [(), ("1_0.jpg",), ("2_0.jpg",)]


def test_one_picture_twice_has_no_other_order() -> None:
    (record,) = posts([2])
    twice = record.model_copy(update={"images": ("a.jpg", "a.jpg")})
    assert VIEWS["reordered"]((twice,), 1) == (twice,)


def test_the_results_of_a_view() -> None:
    """40 posts with one image, 40 with two; only posts with two lose their LOC entity with the view."""
    records = posts([1] * 40 + [2] * 40)
    right = [record.spans for record in records]
    half = [[Span(0, 1, "PER")] for _ in records]
    seen = [half[n] if n >= 40 else right[n] for n in range(80)]
    found = ablation("first", "one model", records, with_all=[right], with_view=[seen], seed=1)
    assert found.changed == 40
    assert found.scores.recall == 0.75
    assert found.difference.f1 == pytest.approx(1 - 2 * 120 / 280)
    assert found.difference.low > 0 and found.difference.p < 0.01
    one, two = found.by_images["1"], found.by_images["2"]
    assert (one.posts, one.difference.f1, one.difference.p) == (40, 0, 1)
    assert two.difference.f1 == pytest.approx(1 - 2 / 3)
    assert two.view.gold == two.all_images.gold == 80
