"""Who gets which post in a blind round: a seeded sample for everybody, the rest dealt out evenly.

What somebody has been given stays theirs, whatever is added later. Which posts are in the sample depends
on nothing but their ids and the round. What it does not do: read the corpus or talk to a server.
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
    given: Iterable[AssignedPost],
    overlap: float,
    round: int,
) -> list[AssignedPost]:
    """What to give beyond `given`, so that everybody has `overlap` (0 to 1) of the posts.

    An annotator who is new gets all shared posts and from then on an even part of the others.
    """
    here = set(posts)
    before = [row for row in given if row.post_id in here]
    shared = {row.post_id for row in before if row.is_shared}
    taken = {row.post_id for row in before}
    new = sorted((post for post in posts if post not in taken), key=lambda post: _lot(post, round))
    missing = max(0, int(overlap * len(posts) + 0.5) - len(shared))
    shared.update(new[:missing])
    dealt = [
        AssignedPost(post, name, is_shared=True)
        for post in sorted(shared)
        for name in sorted(annotators)
    ]
    load = Counter({name: 0 for name in annotators})
    load.update(row.annotator for row in before if not row.is_shared and row.annotator in load)
    for post in new[missing:]:
        name = min(annotators, key=lambda name: load[name])
        load[name] += 1
        dealt.append(AssignedPost(post, name, is_shared=False))
    return sorted(set(dealt) - set(before))


def _lot(post_id: str, round: int) -> bytes:
    """A number as if drawn, the same for ever."""
    return hashlib.sha256(f"{round}:{post_id}".encode()).digest()
