"""Group related posts, which must be in one split: copies, near-copies, edits, one conversation, one author.

Two posts are copies where `release leaks` would report them: by post, by text or by any picture, each
identical or nearly so. Relations are transitive: if A is related to B and B to C, all three are one group.
This module does not choose a split; `split` does.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence

from ...schema import Post
from ...schema.text_normal import normal_text, plain_text, words
from ..leaks.near_image import is_distinctive, near_hashes
from ..leaks.near_text import near_texts


def related_groups(posts: Sequence[Post], *, by_author: bool) -> list[list[Post]]:
    """Return the groups of related posts, in the order of their first posts.

    Args:
        posts: the posts to group; each is in exactly one group, alone where it has no relation.
        by_author: whether posts of one author are related.
    """
    sets = _DisjointSets(len(posts))
    first_with: dict[Hashable, int] = {}
    for at, post in enumerate(posts):
        for key in _keys(post, by_author=by_author):
            sets.join(first_with.setdefault(key, at), at)

    def are_apart(left: int, right: int) -> bool:
        return sets.root(left) != sets.root(right)

    posts_of_words = {
        found: at for at, post in enumerate(posts) if (found := words(plain_text(post.text)))
    }
    of_text = list(posts_of_words.values())
    for left, right, _ in near_texts(
        list(posts_of_words), lambda left, right: are_apart(of_text[left], of_text[right])
    ):
        sets.join(of_text[left], of_text[right])
    posts_of_hash = {value: at for at, post in enumerate(posts) for value in _hashes(post)}
    of_hash = list(posts_of_hash.values())
    for left, right, _ in near_hashes(
        list(posts_of_hash), lambda left, right: are_apart(of_hash[left], of_hash[right])
    ):
        sets.join(of_hash[left], of_hash[right])
    groups: dict[int, list[Post]] = defaultdict(list)
    for at, post in enumerate(posts):
        groups[sets.root(at)].append(post)
    return list(groups.values())


def _keys(post: Post, *, by_author: bool) -> Iterator[Hashable]:
    """Yield the keys of a post; posts that have a key in common are related."""
    for id in (post.id, *post.edit_ids):
        yield "post", id
    yield "conversation", post.conversation_id or post.id
    if by_author and post.author:
        yield "author", post.author
    if post.text.strip():
        yield "text", post.text
    plain = plain_text(post.text)
    if normal := normal_text(plain):
        yield "normal-text", normal
    if found := words(plain):
        yield "words", found
    for image in post.images:
        if image.sha256 and (image.phash is None or is_distinctive(image.phash)):
            yield "image", image.sha256
    for value in _hashes(post):
        yield "hash", value


def _hashes(post: Post) -> Iterable[int]:
    return [
        int(image.phash, 16) for image in post.images if image.phash and is_distinctive(image.phash)
    ]


class _DisjointSets:
    """Numbers in sets that can be joined (a forest of parents; the root is the smallest of a set)."""

    def __init__(self, count: int) -> None:
        self._parents = list(range(count))

    def root(self, at: int) -> int:
        while self._parents[at] != at:
            self._parents[at] = at = self._parents[self._parents[at]]
        return at

    def join(self, left: int, right: int) -> None:
        low, high = sorted((self.root(left), self.root(right)))
        self._parents[high] = low
