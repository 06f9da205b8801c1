"""Assignment of posts in a blind round: shared posts to all, the rest evenly, and nothing taken back."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mnerctl.annotation.push.assignment import assign_posts
from mnerctl.schema.corpus.studio_rounds import AssignedPost

NAMES = ("ada", "ben", "cho")
POSTS = [str(number) for number in range(100, 200)]


def by_post(rows: list[AssignedPost]) -> dict[str, set[str]]:
    posts: dict[str, set[str]] = {}
    for row in rows:
        posts.setdefault(row.post_id, set()).add(row.annotator)
    return posts


def test_with_full_overlap_everybody_gets_everything() -> None:
    rows = assign_posts(POSTS, NAMES, assigned=[], overlap=1.0, round=1)
    assert by_post(rows) == {post: set(NAMES) for post in POSTS}
    assert all(row.is_shared for row in rows)


@pytest.mark.parametrize(("overlap", "shared"), [(0.0, 0), (0.2, 20), (0.335, 34), (1.0, 100)])
def test_a_sample_is_shared_and_the_rest_assigned_evenly(overlap: float, shared: int) -> None:
    rows = assign_posts(POSTS, NAMES, assigned=[], overlap=overlap, round=1)
    posts = by_post(rows)
    assert sorted(posts) == POSTS
    assert sum(len(names) == 3 for names in posts.values()) == shared
    alone = Counter(row.annotator for row in rows if not row.is_shared)
    assert alone.total() == 100 - shared
    assert max(alone.values(), default=0) - min(alone.values(), default=0) <= 1


def test_the_sample_depends_only_on_the_ids_and_the_round() -> None:
    first = assign_posts(POSTS, NAMES, assigned=[], overlap=0.2, round=1)
    assert assign_posts(POSTS[::-1], NAMES, assigned=[], overlap=0.2, round=1) == first
    assert assign_posts(POSTS, NAMES, assigned=[], overlap=0.2, round=2) != first


def test_a_new_annotator_gets_the_shared_posts_and_then_catches_up() -> None:
    before = assign_posts(POSTS[:40], NAMES[:2], assigned=[], overlap=0.5, round=1)
    more = assign_posts(POSTS[:60], NAMES, assigned=before, overlap=0.5, round=1)
    shared = {row.post_id for row in [*before, *more] if row.is_shared}
    assert len(shared) == 30
    cho = {row.post_id for row in more if row.annotator == "cho"}
    assert shared < cho
    assert len(cho - shared) == 10  # all ten new ones, because the others have ten each


@given(st.data())
def test_assignments_stay_and_every_post_is_assigned(data: st.DataObject) -> None:
    overlap = data.draw(st.sampled_from([0.0, 0.25, 0.5, 1.0]))
    assigned: list[AssignedPost] = []
    posts: list[str] = []
    for step in data.draw(st.lists(st.integers(0, 9), min_size=1, max_size=4)):
        posts += [str(len(posts) + number) for number in range(step)]
        new = assign_posts(posts, NAMES, assigned=assigned, overlap=overlap, round=1)
        assert not set(new) & set(assigned)
        assigned += new
        assert assign_posts(posts, NAMES, assigned=assigned, overlap=overlap, round=1) == []
        owners = by_post(assigned)
        assert set(owners) == set(posts)
        assert {len(names) for names in owners.values()} <= {1, 3}
        assert sum(len(names) == 3 for names in owners.values()) >= int(overlap * len(posts))
