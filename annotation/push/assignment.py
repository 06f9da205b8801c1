"""Assign posts to annotators in a blind round: a shared sample to everybody, the rest evenly.

Once assigned, a post stays with its annotators, whatever is added later. The sample depends only on the ids
of the posts and the round. This module does not read the corpus or talk to a server.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence

from ...schema.corpus.studio_rounds import AssignedPost


def assign_posts(
    posts: Sequence[str],
    annotators: Sequence[str],
    *,
    assigned: Iterable[AssignedPost],
    overlap: float,
    round: int,
) -> list[AssignedPost]:
    """Return the assignments to add, so that all annotators share `overlap` of the posts.

    A new annotator gets all shared posts, and from then on an even part of the others.

    Args:
        posts: ids of all posts of the round.
        assigned: the assignments of the round so far.
        overlap: share of the posts that everybody gets, 0 to 1.
    """
    ids = set(posts)
    before = [row for row in assigned if row.post_id in ids]
    shared = {row.post_id for row in before if row.is_shared}
    taken = {row.post_id for row in before}
    new = sorted(
        (post for post in posts if post not in taken), key=lambda post: _draw_order(post, round)
    )
    missing = max(0, int(overlap * len(posts) + 0.5) - len(shared))
    shared.update(new[:missing])
    wanted = [
        AssignedPost(post, name, is_shared=True)
        for post in sorted(shared)
        for name in sorted(annotators)
    ]
    load = Counter({name: 0 for name in annotators})
    load.update(row.annotator for row in before if not row.is_shared and row.annotator in load)
    for post in new[missing:]:
        name = min(annotators, key=lambda name: load[name])
        load[name] += 1
        wanted.append(AssignedPost(post, name, is_shared=False))
    return sorted(set(wanted) - set(before))


def _draw_order(post_id: str, round: int) -> bytes:
    """Return a key that sorts the posts of a round in a random order, the same on every machine."""
    return hashlib.sha256(f"{round}:{post_id}".encode()).digest()
