"""Find the posts on which annotators differ most, and what each of them marked. It does not decide them."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations
from typing import Final

from ...schema import Counts, Span, count_matches
from ...schema.release.agreement import DividedPost, Reading
from .shared_post import SharedPost

MOST: Final = 20


def divided_posts(posts: Iterable[SharedPost]) -> tuple[DividedPost, ...]:
    """Return at most MOST posts: those with the most unmatched spans, then the lowest F1, then by id."""
    found = [_divided(post) for post in posts if len(set(post.spans.values())) > 1]
    return tuple(sorted(found, key=lambda one: (-one.unmatched, one.f1, one.post_id))[:MOST])


def _divided(post: SharedPost) -> DividedPost:
    pairs = list(combinations(post.spans.values(), 2))
    counts = sum((count_matches(*pair) for pair in pairs), start=Counts(0, 0, 0))
    names: dict[tuple[Span, ...], list[str]] = {}
    for name, spans in post.spans.items():
        names.setdefault(spans, []).append(name)
    return DividedPost(
        post_id=post.id,
        unmatched=(counts.gold + counts.predicted - 2 * counts.correct) / len(pairs),
        f1=counts.f1,
        readings=tuple(
            Reading(annotators=tuple(annotators), spans=spans)
            for spans, annotators in names.items()
        ),
    )
