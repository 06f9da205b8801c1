"""Count in the corpus how many posts a paid source is asked for.

A post is counted when it is asked for, before the answer comes, so that a run that is killed has counted
it. Posts that the source refused to answer are subtracted again. Nothing is limited here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..schema import Corpus
from .source import Source


class Meter:
    """The count of one run that asks one source."""

    def __init__(self, corpus: Corpus, source: Source) -> None:
        self._corpus = corpus
        self._source = source.name
        self._price = source.dollars_per_post
        self.asked = 0
        self._unanswered: dict[str, None] = {}

    def counted(self, ids: Iterable[str]) -> Iterator[str]:
        """Yield the same ids; each is counted when the source takes it."""
        for post_id in ids:
            self.asked += 1
            self._unanswered[post_id] = None
            self._count(1)
            yield post_id

    def answered(self, post_id: str) -> None:
        """Note that the source has answered an id; call it once for each.

        Raises:
            KeyError: the source was not asked for this id.
        """
        del self._unanswered[post_id]

    def stopped(self) -> None:
        """Note that the source has stopped: ids without an answer are not paid for."""
        self._count(-len(self.take_unanswered()))

    def take_unanswered(self) -> list[str]:
        """Return the ids that were asked for and not answered, and forget them."""
        unanswered = list(self._unanswered)
        self._unanswered.clear()
        return unanswered

    def _count(self, posts: int) -> None:
        if self._price is not None:
            self._corpus.count_asked(self._source, self._price, posts)
