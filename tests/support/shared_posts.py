"""Posts that several annotators have done, for measures of agreement; each code point is a token."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from hypothesis import strategies as st

from mnerctl.annotation.agreement.shared_post import SharedPost, SharedPosts
from mnerctl.schema import TYPES, Span, tags_from_spans
from mnerctl.schema.release.agreement import PostCounts, Work

NAMES = ("ada", "ben", "cho")


def shared_post(
    id: str, length: int, spans: Mapping[str, Sequence[Span]], *, images: int = 2
) -> SharedPost:
    """Return a post of `length` tokens."""
    return SharedPost(
        id=id,
        text="x" * length,
        images=images,
        spans={name: tuple(marked) for name, marked in spans.items()},
        tags={name: tuple(tags_from_spans(marked, length)) for name, marked in spans.items()},
    )


def shared(posts: Sequence[SharedPost]) -> SharedPosts:
    """Return the posts of a corpus that holds no others."""
    number = len(posts)
    work = {
        name: Work(done=done, skipped=0, compared=done)
        for name in NAMES
        if (done := sum(name in post.spans for post in posts))
    }
    counts = PostCounts(
        annotated=number, compared=number, skipped=0, single=0, outdated=0, not_kept=0
    )
    return SharedPosts(tuple(posts), work, counts, ())


@st.composite
def readings(draw: st.DrawFn, length: int) -> tuple[Span, ...]:
    """Draw spans within `length` tokens."""
    edges = sorted(draw(st.sets(st.integers(0, length), max_size=6)))
    return tuple(
        Span(start, end, draw(st.sampled_from(TYPES)))
        for start, end in pairwise(edges)
        if draw(st.booleans())
    )


@st.composite
def shared_posts(draw: st.DrawFn, fewest_names: int = 2) -> list[SharedPost]:
    """Draw 1 to 5 posts, each done by two or three annotators."""
    posts = []
    for number in range(draw(st.integers(1, 5))):
        length = draw(st.integers(1, 9))
        names = draw(st.sets(st.sampled_from(NAMES), min_size=fewest_names))
        spans = {name: draw(readings(length)) for name in sorted(names)}
        posts.append(shared_post(str(number), length, spans, images=draw(st.integers(2, 3))))
    return posts
