"""Asks a language model about every post of a split; what was ever answered is not asked again.

Answers are kept as they come, so that a run that was stopped, or killed, goes on where it was. Where a run is
stopped, what is on its way already is waited for and kept: it is paid for.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import closing
from dataclasses import dataclass
from typing import Final

from ...schema import PartlyDone, Release, RemoteError, Split, UsageError
from ...schema.progress import OnCount, ignore_count
from .address import URL, checked_address, key_of
from .answers import Answers
from .asked import Asked, AskedRecord
from .client import Chat
from .pace import OnWait, Pace, Stopped
from .plan import Plan, Question, plan
from .reply import Reply
from .settings import ChatSettings
from .wire import Passing, Wire

MOST_REJECTED: Final = 3
AGAIN: Final = "run the same command again: what is answered is neither asked nor paid for again"


def ask(
    release: Release,
    settings: ChatSettings,
    *,
    splits: Sequence[Split] = ("test",),
    on_plan: Callable[[Plan], None] = lambda made: None,
    on_count: OnCount = ignore_count,
    on_wait: OnWait = lambda seconds, why: None,
) -> Asked:
    """The whole of a system's work on these splits, with the key of the environment.

    on_plan: hears what it will take before anything is sent. on_count: posts answered in this run. on_wait:
    called from several threads. Raises UsageError where posts may not leave the house, RemoteError where the
    endpoint refuses, PartlyDone where some posts are still without an answer.
    """
    planned = plan(release, settings, splits=splits)
    if planned.missing:
        _refuse(planned)
    on_plan(planned)
    replies = dict(planned.known)
    if planned.missing:
        _fetch(planned, replies, on_count=on_count, on_wait=on_wait)
    if planned.later:
        raise PartlyDone(
            f"{len(replies):,} of {len(replies) + planned.later:,} requests are answered and kept;"
            f" {planned.later:,} are left, as --max-requests says",
            AGAIN,
        )
    return Asked(
        rows={
            split: [AskedRecord.of(one.record, replies[one.key]) for one in questions]
            for split, questions in planned.questions.items()
        },
        requests=len(planned.missing),
        pictures_named=planned.pictures.named,
        problems=planned.pictures.problems,
    )


def _refuse(planned: Plan) -> None:
    """Before anything is sent. What listens on this machine may hand posts on, so it is no exception."""
    settings = planned.settings
    if settings.address is None:
        raise UsageError(
            f"no chat endpoint: {len(planned.missing):,} posts have no answer of {settings.model} in the"
            f" cache, and {URL} is not set",
            f"export {URL}=https://api.openai.com/v1    # and give --allow-external",
        )
    checked_address(settings.address)
    if not settings.allow_external:
        raise UsageError(
            f"{settings.address}: {len(planned.missing):,} posts would be sent there; wanted your leave",
            "give --allow-external where the posts' authors and your rules allow it",
        )


@dataclass(frozen=True)
class _Asker:
    """The work of one thread: a question, its answer, and that on disk before the next question."""

    planned: Plan
    chat: Chat
    pace: Pace
    answers: Answers

    def __call__(self, question: Question) -> Reply:
        try:
            reply = self.chat.reply(self.planned.body(question.record))
            if reply.outcome != "rejected":
                self.keep(question, reply)
        except BaseException:
            self.pace.stop()  # here, so that this thread does not begin another
            raise
        return reply

    def keep(self, question: Question, reply: Reply) -> None:
        self.answers.keep(question.key, question.record.id, reply)


def _fetch(
    planned: Plan, replies: dict[bytes, Reply], *, on_count: OnCount, on_wait: OnWait
) -> None:
    """Adds an answer for each missing question."""
    settings = planned.settings
    assert settings.address is not None
    address, parallel = checked_address(settings.address), settings.parallel
    wire = Wire(address, key_of(), parallel=parallel, seconds=settings.seconds)
    pace = Pace(per_minute=settings.per_minute, on_wait=on_wait)
    chat = Chat(wire, pace, back_off=settings.back_off)
    with closing(Answers()) as answers, ThreadPoolExecutor(parallel) as pool:
        asker = _Asker(planned, chat, pace, answers)
        waiting = {pool.submit(asker, question): question for question in planned.missing}
        try:
            _collect(waiting, replies, chat=chat, on_count=on_count)
        except BaseException as error:
            pace.stop()
            pool.shutdown(cancel_futures=True)
            if isinstance(error, Passing):
                done = len(planned.known) + sum(map(_is_answered, waiting))
                total = len(planned.known) + len(waiting)
                raise _given_up(address, error, done, total) from None
            raise
        for question in waiting.values():  # of these a server that answers others has said no
            if replies[question.key].outcome == "rejected":
                asker.keep(question, replies[question.key])


def _collect(
    waiting: dict[Future[Reply], Question],
    replies: dict[bytes, Reply],
    *,
    chat: Chat,
    on_count: OnCount,
) -> None:
    """As they come. Raises RemoteError where the endpoint has rejected all and answered none."""
    rejected, has_answered = 0, any(one.outcome != "rejected" for one in replies.values())
    for done, future in enumerate(as_completed(waiting), start=1):
        try:
            reply = replies[waiting[future].key] = future.result()
        except Stopped:
            continue  # why comes from the thread that had to stop
        rejected += reply.outcome == "rejected"
        has_answered |= reply.outcome != "rejected"
        if not has_answered and rejected in (MOST_REJECTED, len(waiting)):
            raise RemoteError(
                f"the endpoint rejects every request: {chat.rejection}",
                "ask a model that takes temperature 0, max_tokens and, for minigpt4, pictures",
            )
        on_count(done, len(waiting))


def _is_answered(future: Future[Reply]) -> bool:
    return not future.cancelled() and future.exception() is None


def _given_up(address: str, fault: Passing, done: int, total: int) -> PartlyDone | RemoteError:
    if done:
        return PartlyDone(
            f"{address}: {fault.why}; {done:,} of {total:,} posts are answered", AGAIN
        )
    return RemoteError(f"{address}: {fault.why}", f"check {URL}; then {AGAIN}")
