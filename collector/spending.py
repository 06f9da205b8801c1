"""Counts in the corpus what sources are asked for that take money.

A post is counted when it is asked for, before the answer comes, so that a run that is killed has
counted it; what a source refused to answer is taken off again. What it does not do: limit anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from ..schema import Corpus
from .sources.x_api import DOLLARS_A_POST, XApi

PRICES: Final = {XApi.name: DOLLARS_A_POST}
"""Dollars a post, of sources that take money."""


class Meter:
    """The count of one run that asks one source."""

    def __init__(self, corpus: Corpus, source: str) -> None:
        self._corpus = corpus
        self._source = source
        self._price = PRICES.get(source)
        self.asked = 0
        self._silent: dict[str, None] = {}

    def through(self, ids: Iterable[str]) -> Iterator[str]:
        """The same ids, each counted as the source takes it."""
        for post_id in ids:
            self.asked += 1
            self._silent[post_id] = None
            self._count(1)
            yield post_id

    def answered(self, post_id: str) -> None:
        """The source has said something of the id; once for each. Raises KeyError for another id."""
        del self._silent[post_id]

    def refused(self) -> None:
        """The source has stopped: what it left without an answer is not paid for."""
        self._count(-len(self.take_silent()))

    def take_silent(self) -> list[str]:
        """The ids that the source was asked for and has said nothing of, each given once."""
        silent = list(self._silent)
        self._silent.clear()
        return silent

    def _count(self, posts: int) -> None:
        if self._price is not None:
            self._corpus.count_asked(self._source, self._price, posts)
