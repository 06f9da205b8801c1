"""The loop of `mnerctl fetch`: it takes pending post ids and gives each a fate. It can be killed and resumed.

Answers are stored as they come, one transaction per batch, so that nothing is asked and paid for twice.
Then worker threads read the pictures of many posts at once, and each post is settled: images, text and
fate in one transaction. The loop knows nothing about particular sources.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from concurrent.futures import Future
from functools import partial
from itertools import islice
from typing import Final

from ..schema import Corpus, Post, RemoteError
from ..schema.progress import OnCount, ignore_count
from .network.daemon_pool import DaemonPool
from .post_pictures import PictureResult, store_pictures
from .quoted_text import without_quoted
from .rules import Rules, fate_after_pictures, fate_before_pictures
from .source import Answer, Found, Missing, Redirect, Source
from .spending import Meter

BATCH: Final = 100
THREADS: Final = 32
WINDOW: Final = 4 * THREADS


def posts_to_ask(corpus: Corpus, *, retry_failed: bool, max_posts: int | None) -> int:
    """Return how many posts a run would ask the source for, not counting the originals of retweets."""
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
    """Settle all pending posts and return how many ids the source was asked for.

    Args:
        retry_failed: also settle posts that failed in a way that may pass.
        max_posts: largest number of ids to ask the source for.

    Raises:
        RemoteError: the source stopped; all answers that had come are settled.
    """
    if retry_failed:
        with corpus.transaction():
            corpus.reopen()
    pool: DaemonPool[PictureResult] = DaemonPool(THREADS)
    try:
        return _Run(corpus, source, rules, pool, on_count).settle_all(max_posts)
    finally:
        pool.close()


class _Run:
    """One run of the loop: the posts whose pictures are being read, and counts."""

    def __init__(
        self,
        corpus: Corpus,
        source: Source,
        rules: Rules,
        pool: DaemonPool[PictureResult],
        on_count: OnCount,
    ) -> None:
        self._corpus = corpus
        self._source = source
        self._rules = rules
        self._pool = pool
        self._meter = Meter(corpus, source)
        self._on_count = on_count
        self._reading: deque[tuple[Post, Future[PictureResult]]] = deque()
        self._settled = 0
        self._total = 0
        self._removed = (
            corpus.removed_ids()
        )  # nobody else removes posts while this run has the lock

    def settle_all(self, max_posts: int | None) -> int:
        """Repeat until nothing is pending, since a pass can add ids: the originals of retweets."""
        # An earlier run was stopped after the answer of these posts and before their pictures.
        answered = self._corpus.pending_posts()
        to_ask = self._corpus.count_open()[0] - len(answered)
        self._total = len(answered) + (to_ask if max_posts is None else min(to_ask, max_posts))
        for post_id in answered:
            if post := self._corpus.post(post_id):
                self._read_pictures(post)
        self._settle_remaining()
        while True:
            before = self._meter.asked
            left = None if max_posts is None else max_posts - before
            self._ask_once(islice(self._corpus.pending(), left))
            if self._meter.asked == before:
                return before

    def _ask_once(self, ids: Iterable[str]) -> None:
        """Ask for each id once, settle the answers, and then the ids that got no answer."""
        answers = self._source.posts(self._meter.counted(ids))
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
            self._take_batch(batch)
        self._settle_remaining()
        if stopped is not None:
            self._meter.stopped()
            raise stopped
        for post_id in self._meter.take_unanswered():
            self._corpus.settle(post_id, "unaccounted", "the source gave no answer", can_retry=True)

    def _take_batch(self, batch: list[Answer]) -> None:
        """Store a batch of answers and start to read the pictures of posts that may be kept."""
        with self._corpus.transaction():
            posts = [post for answer in batch if (post := self._store(answer))]
        self._count(len(batch) - len(posts))
        for post in posts:
            self._read_pictures(post)

    def _store(self, answer: Answer) -> Post | None:
        """Return the post if only its pictures are missing; settle everything else here."""
        post_id = answer.post_id
        if isinstance(answer, Missing):
            self._corpus.settle(post_id, answer.fate, answer.reason, can_retry=answer.can_retry)
            return None
        if removed := self._removed_version(answer):
            self._corpus.settle_same(
                post_id, removed, f"another form of {removed}, which was removed"
            )
            return None
        payload = without_quoted(answer.payload, self._removed) or answer.payload
        self._corpus.put_payload(post_id, self._source.name, payload)
        if isinstance(answer, Redirect):
            try:
                self._corpus.settle_same(post_id, answer.to, f"a retweet of {answer.to}")
            except ValueError as error:  # retweets in a circle; one answer must not end the run
                self._corpus.settle(post_id, "unaccounted", str(error))
            return None
        for other in answer.post.edit_ids:
            if other != post_id and self._corpus.has_post(other):
                self._corpus.settle_same(post_id, other, f"another edit of {other}")
                return None
        fate, reason = fate_before_pictures(answer, self._rules)
        if fate is not None:
            can_retry = fate in ("partial_media", "truncated_text")
            self._corpus.settle(post_id, fate, reason, can_retry=can_retry)
            if can_retry:  # no post is stored, so that a retry asks the source again
                return None
        self._corpus.put_post(answer.post)
        return answer.post if fate is None else None

    def _removed_version(self, answer: Redirect | Found) -> str | None:
        """Return the removed post that an answer is a retweet or another version of, or None."""
        ids = (answer.to,) if isinstance(answer, Redirect) else answer.post.edit_ids
        return next((one for one in ids if one in self._removed and one != answer.post_id), None)

    def _read_pictures(self, post: Post) -> None:
        job = partial(
            store_pictures,
            self._corpus,
            self._source,
            post,
            keep_partial=self._rules.keep_partial,
        )
        self._reading.append((post, self._pool.submit(job)))
        while len(self._reading) > WINDOW or (self._reading and self._reading[0][1].done()):
            self._settle(*self._reading.popleft())

    def _settle_remaining(self) -> None:
        while self._reading:
            self._settle(*self._reading.popleft())

    def _settle(self, post: Post, job: Future[PictureResult]) -> None:
        result = job.result()
        fate, reason = fate_after_pictures(result.images, self._rules)
        images = result.images
        if fate == "kept":
            images = tuple(image for image in images if image.status == "ok")
        with self._corpus.transaction():
            self._corpus.put_post(post.model_copy(update={"images": images}))
            self._corpus.settle(
                post.id, fate, reason, can_retry=fate != "kept" and result.can_retry
            )
        self._count(1)

    def _count(self, settled: int) -> None:
        self._settled += settled
        self._on_count(self._settled, max(self._settled, self._total))
