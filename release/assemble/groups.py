"""Posts that must stand on one side of a split: copies, near-copies, edits, one conversation, one author.

What counts as a copy is what `leaks` finds: by post, by text, by any picture, each as it is or nearly. A
group is everything that hangs together, over however many steps. What this does not do: choose a split.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence

from ...schema import Post
from ...schema.text_normal import normal_text, plain_text, words
from ..leaks.near_image import near_hashes, says_something
from ..leaks.near_text import near_texts


def kin(posts: Sequence[Post], *, by_author: bool) -> list[list[Post]]:
    """The groups, in the order of their first posts."""
    joined = _Joined(len(posts))
    first: dict[Hashable, int] = {}
    for at, post in enumerate(posts):
        for sign in _signs(post, by_author=by_author):
            joined.join(first.setdefault(sign, at), at)

    def is_apart(left: int, right: int) -> bool:
        return joined.root(left) != joined.root(right)

    texts = {said: at for at, post in enumerate(posts) if (said := words(plain_text(post.text)))}
    of_text = list(texts.values())
    for left, right, _ in near_texts(
        list(texts), lambda left, right: is_apart(of_text[left], of_text[right])
    ):
        joined.join(of_text[left], of_text[right])
    hashes = {value: at for at, post in enumerate(posts) for value in _hashes(post)}
    of_hash = list(hashes.values())
    for left, right, _ in near_hashes(
        list(hashes), lambda left, right: is_apart(of_hash[left], of_hash[right])
    ):
        joined.join(of_hash[left], of_hash[right])
    groups: dict[int, list[Post]] = defaultdict(list)
    for at, post in enumerate(posts):
        groups[joined.root(at)].append(post)
    return list(groups.values())


def _signs(post: Post, *, by_author: bool) -> Iterator[Hashable]:
    """What two posts of one group have in common, where that can be looked up."""
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
    if said := words(plain):
        yield "words", said
    for image in post.images:
        if image.sha256 and (image.phash is None or says_something(image.phash)):
            yield "image", image.sha256
    for value in _hashes(post):
        yield "hash", value


def _hashes(post: Post) -> Iterable[int]:
    return [
        int(image.phash, 16) for image in post.images if image.phash and says_something(image.phash)
    ]


class _Joined:
    """Numbers in sets that are joined (a forest of parents; the smallest is the root)."""

    def __init__(self, count: int) -> None:
        self._parents = list(range(count))

    def root(self, at: int) -> int:
        while self._parents[at] != at:
            self._parents[at] = at = self._parents[self._parents[at]]
        return at

    def join(self, left: int, right: int) -> None:
        low, high = sorted((self.root(left), self.root(right)))
        self._parents[high] = low
