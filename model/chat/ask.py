"""Ask a language model about every post of a split; answered posts are not asked about again.

Answers are stored as they arrive, so that a run that was stopped or killed continues where it was. When a run
is stopped, it waits for the requests already sent and stores their answers, because they are paid for.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import closing
from dataclasses import dataclass
from threading import Lock
from typing import Final

from ...schema import PartlyDone, Release, RemoteError, Split, UsageError
from ...schema.progress import OnCount, ignore_count
from .answers import AnswerCache
from .plan import Plan, Question, plan
from .reply import Reply
from .results import AskResults, RecordResult
from .server.address import MODEL, URL, checked_address, key_of
from .server.client import ChatClient
from .server.pace import OnWait, Pace, Stopped
from .session import ChatSession, TemporaryFault
from .settings import ChatSettings

MAX_REJECTED: Final = 10
CONTINUE: Final = "run the same command again; answered posts are not sent or paid for again"


def ask(
    release: Release,
    settings: ChatSettings,
    *,
    splits: Sequence[Split] = ("test",),
    on_plan: Callable[[Plan], None] = lambda plan: None,
    on_count: OnCount = ignore_count,
    on_wait: OnWait = lambda seconds, why: None,
) -> AskResults:
    """Ask about all posts of these splits, with the key of the environment.

    Args:
        release: the posts.
        settings: how to ask.
        splits: splits to ask about.
        on_plan: called with the plan before anything is sent.
        on_count: called with posts answered in this run.
        on_wait: called before a wait, from several threads.

    Raises:
        UsageError: posts must not be sent to the endpoint.
        RemoteError: the endpoint refuses.
        PartlyDone: some posts have no answer yet.
    """
    planned = plan(release, settings, splits=splits)
    if planned.missing:
        _refuse_sending(planned)
    on_plan(planned)
    replies = dict(planned.cached)
    if planned.missing:
        _fetch(planned, replies, on_count=on_count, on_wait=on_wait)
    if planned.later:
        raise PartlyDone(
            f"{len(replies):,} of {len(replies) + planned.later:,} requests are answered and kept;"
            f" {planned.later:,} are left because of --max-requests",
            CONTINUE,
        )
    return AskResults(
        rows={
            split: [RecordResult.of(one.record, replies[one.key]) for one in questions]
            for split, questions in planned.questions.items()
        },
        requests=sum(replies[question.key].asked for question in planned.missing),
        pictures_named=planned.pictures.named,
        problems=planned.pictures.problems,
    )


def _refuse_sending(planned: Plan) -> None:
    """Check the address and the permission before anything is sent.

    A server on this machine needs the permission as well, because it may forward posts.
    """
    settings = planned.settings
    if settings.address is None:
        raise UsageError(
            f"no chat endpoint: {len(planned.missing):,} posts have no answer of {settings.model} in the"
            f" cache, and {URL} is not set",
            f"export {URL}=https://api.openai.com/v1    # and add --allow-external",
        )
    checked_address(settings.address)
    if not settings.allow_external:
        raise UsageError(
            f"{settings.address}: {len(planned.missing):,} posts would be sent there;"
            " wanted --allow-external",
            "add --allow-external if the authors of the posts and your rules allow it",
        )


class _Start:
    """The start of a run: if nothing but rejections comes, it is the last of the run as well.

    Answers of earlier runs do not count, because the endpoint or its model may have changed since.

    Args:
        planned: the run.
        client: knows the words of the server.
        address: address of the endpoint.
    """

    def __init__(self, planned: Plan, client: ChatClient, address: str) -> None:
        self._client = client
        self._address = address
        self._lock = Lock()
        self._rejected, self._has_answered = 0, False
        few = len(planned.missing) < MAX_REJECTED and not planned.cached
        self._most = len(planned.missing) if few else MAX_REJECTED
        self._pictures = planned.settings.images != "none"

    def see(self, reply: Reply) -> None:
        """Count an answer, in the thread that got it, so that no thread sends another request first.

        Raises:
            RemoteError: as many as may be were rejected, and none was answered.
        """
        with self._lock:
            self._has_answered |= reply.outcome != "rejected"
            self._rejected += reply.outcome == "rejected"
            if self._has_answered or self._rejected < self._most:
                return
        raise RemoteError(
            f"{self._address}: the endpoint rejects every request, {self._most:,} of {self._most:,}:"
            f" {self._client.rejection}",
            f"check {MODEL}"
            + (", and whether it takes pictures" if self._pictures else "")
            + "; then run the same command again; answered posts are kept",
        )


@dataclass(frozen=True)
class _Asker:
    """The work of one thread: ask one question, and store its answer before the next one."""

    planned: Plan
    client: ChatClient
    pace: Pace
    cache: AnswerCache
    start: _Start

    def __call__(self, question: Question) -> Reply:
        try:
            reply = self.client.reply(self.planned.body(question.record))
            self.start.see(reply)
            if reply.outcome != "rejected":
                self.store(question, reply)
        except BaseException:
            self.pace.stop()  # here, so that this thread does not begin another question
            raise
        return reply

    def store(self, question: Question, reply: Reply) -> None:
        self.cache.put(question.key, question.record.id, reply)


def _fetch(
    planned: Plan, replies: dict[bytes, Reply], *, on_count: OnCount, on_wait: OnWait
) -> None:
    """Add an answer for each missing question to `replies`."""
    settings = planned.settings
    assert settings.address is not None
    address, parallel = checked_address(settings.address), settings.parallel
    session = ChatSession(address, key_of(), parallel=parallel, seconds=settings.seconds)
    pace = Pace(per_minute=settings.per_minute, on_wait=on_wait)
    client = ChatClient(session, pace, back_off=settings.back_off)
    with closing(AnswerCache()) as cache, ThreadPoolExecutor(parallel) as pool:
        asker = _Asker(planned, client, pace, cache, _Start(planned, client, address))
        waiting = {pool.submit(asker, question): question for question in planned.missing}
        try:
            _collect(waiting, replies, on_count=on_count)
        except BaseException as error:
            pace.stop()
            pool.shutdown(cancel_futures=True)
            if isinstance(error, TemporaryFault):
                done = len(planned.cached) + sum(map(_is_answered, waiting))
                total = len(planned.cached) + len(waiting)
                raise _given_up(address, error, done, total) from None
            raise
        for question in waiting.values():  # rejected by a server that has answered other posts
            if replies[question.key].outcome == "rejected":
                asker.store(question, replies[question.key])


def _collect(
    waiting: dict[Future[Reply], Question], replies: dict[bytes, Reply], *, on_count: OnCount
) -> None:
    """Add answers to `replies` as they arrive."""
    for done, future in enumerate(as_completed(waiting), start=1):
        try:
            replies[waiting[future].key] = future.result()
        except Stopped:
            continue  # the thread that had to stop raises the cause
        on_count(done, len(waiting))


def _is_answered(future: Future[Reply]) -> bool:
    return not future.cancelled() and future.exception() is None


def _given_up(
    address: str, fault: TemporaryFault, done: int, total: int
) -> PartlyDone | RemoteError:
    if done:
        return PartlyDone(
            f"{address}: {fault.why}; {done:,} of {total:,} posts are answered", CONTINUE
        )
    return RemoteError(f"{address}: {fault.why}", f"check {URL}; then {CONTINUE}")
