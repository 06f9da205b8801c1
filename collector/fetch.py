"""The loop of `fetch`: pending ids in, a fate for each out; killed at any moment, it goes on.

Answers are stored as they come, a batch in a transaction, so that nothing is asked and paid for twice.
Then the pictures of each post are read, many posts side by side, and the post is settled: images,
text and fate in one transaction. The loop knows nothing of the source.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable
from concurrent.futures import Future
from functools import partial
from itertools import islice
from threading import Semaphore
from typing import Final

from ..schema import Corpus, Post, RemoteError
from ..schema.progress import OnCount, ignore_count
from .network.threads import Crew
from .post_pictures import Pictures, read_pictures
from .rules import Rules, early_fate, late_fate
from .source import Answer, Missing, Redirect, Source
from .spending import Meter

BATCH: Final = 100
THREADS: Final = 32
WINDOW: Final = 4 * THREADS


def posts_to_ask(corpus: Corpus, *, retry_failed: bool, max_posts: int | None) -> int:
    """How many posts a run would ask the source for, at least: originals of retweets come on top."""
    pending, failed = corpus.count_open()
    asked = pending - len(corpus.pending_posts()) + (failed if retry_failed else 0)
    return asked if max_posts is None else min(asked, max_posts)


def fetch(
    corpus: Corpus,
    source: Source,
    rules: Rules,
    *,
    retry_failed: bool = False,
    max_posts: int | None = None,
    on_count: OnCount = ignore_count,
) -> int:
    """Settles what is pending, and what failed where that is asked for; how many ids it asked for.

    max_posts: ask the source for no more. Raises RemoteError where the source stops; all that had
    come is settled by then.
    """
    if retry_failed:
        with corpus.transaction():
            corpus.reopen()
    crew: Crew[Pictures] = Crew(THREADS)
    try:
        return _Run(corpus, source, rules, crew, on_count).all(max_posts)
    finally:
        crew.dismiss()


class _Run:
    """One run of the loop: the posts whose pictures are being read, and counts."""

    def __init__(
        self,
        corpus: Corpus,
        source: Source,
        rules: Rules,
        crew: Crew[Pictures],
        on_count: OnCount,
    ) -> None:
        self._corpus = corpus
        self._source = source
        self._rules = rules
        self._crew = crew
        self._decoding = Semaphore(os.cpu_count() or 1)
        self._meter = Meter(corpus, source.name)
        self._on_count = on_count
        self._reading: deque[tuple[Post, Future[Pictures]]] = deque()
        self._settled = 0
        self._total = 0

    def all(self, max_posts: int | None) -> int:
        """Until nothing is pending: a pass over all ids may bring new ones, the originals of retweets."""
        come = (
            self._corpus.pending_posts()
        )  # their pictures are missing: an earlier run was stopped
        to_ask = self._corpus.count_open()[0] - len(come)
        self._total = len(come) + (to_ask if max_posts is None else min(to_ask, max_posts))
        for post_id in come:
            if post := self._corpus.post(post_id):
                self._read(post)
        self._finish()
        while True:
            before = self._meter.asked
            left = None if max_posts is None else max_posts - before
            self._pass(islice(self._corpus.pending(), left))
            if self._meter.asked == before:
                return before

    def _pass(self, ids: Iterable[str]) -> None:
        """Asks for each id once, settles the answers, and what the source stays silent on."""
        answers = self._source.posts(self._meter.through(ids))
        stopped: RemoteError | None = None
        while stopped is None:
            batch: list[Answer] = []
            try:
                for answer in islice(answers, BATCH):
                    batch.append(answer)
                    self._meter.answered(answer.post_id)
            except RemoteError as error:
                stopped = error
            if not batch:
                break
            self._arrive(batch)
        self._finish()
        if stopped is not None:
            self._meter.refused()
            raise stopped
        for post_id in self._meter.take_silent():
            self._corpus.settle(post_id, "unaccounted", "the source gave no answer", can_retry=True)

    def _arrive(self, batch: list[Answer]) -> None:
        """Stores a batch; posts that may be kept have their pictures read."""
        with self._corpus.transaction():
            posts = [post for answer in batch if (post := self._store(answer))]
        self._count(len(batch) - len(posts))
        for post in posts:
            self._read(post)

    def _store(self, answer: Answer) -> Post | None:
        """The post, where only its pictures are missing; everything else is settled here."""
        post_id = answer.post_id
        if isinstance(answer, Missing):
            self._corpus.settle(post_id, answer.fate, answer.reason, can_retry=answer.can_retry)
            return None
        self._corpus.put_payload(post_id, self._source.name, answer.payload)
        if isinstance(answer, Redirect):
            try:
                self._corpus.settle_same(post_id, answer.to, f"a retweet of {answer.to}")
            except ValueError as error:  # in a circle; one answer must not end the run
                self._corpus.settle(post_id, "unaccounted", str(error))
            return None
        for other in answer.post.edit_ids:
            if other != post_id and self._corpus.has_post(other):
                self._corpus.settle_same(post_id, other, f"another edit of {other}")
                return None
        fate, reason = early_fate(answer, self._rules)
        if fate is not None:
            can_retry = fate in ("partial_media", "truncated_text")
            self._corpus.settle(post_id, fate, reason, can_retry=can_retry)
            if can_retry:  # no post is stored, so that a retry asks the source again
                return None
        self._corpus.put_post(answer.post)
        return answer.post if fate is None else None

    def _read(self, post: Post) -> None:
        job = partial(
            read_pictures,
            self._corpus,
            self._source,
            post,
            keep_partial=self._rules.keep_partial,
            decoding=self._decoding,
        )
        self._reading.append((post, self._crew.submit(job)))
        while len(self._reading) > WINDOW or (self._reading and self._reading[0][1].done()):
            self._settle(*self._reading.popleft())

    def _finish(self) -> None:
        while self._reading:
            self._settle(*self._reading.popleft())

    def _settle(self, post: Post, job: Future[Pictures]) -> None:
        pictures = job.result()
        fate, reason = late_fate(pictures.images, self._rules)
        images = pictures.images
        if fate == "kept":
            images = tuple(image for image in images if image.status == "ok")
        with self._corpus.transaction():
            self._corpus.put_post(post.model_copy(update={"images": images}))
            self._corpus.settle(
                post.id, fate, reason, can_retry=fate != "kept" and pictures.can_retry
            )
        self._count(1)

    def _count(self, settled: int) -> None:
        self._settled += settled
        self._on_count(self._settled, max(self._settled, self._total))
