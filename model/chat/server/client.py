"""Send requests to a chat endpoint until they are answered: repeat temporary faults, stop at all others.

The client first asks for structured output. If a server refuses that, or another parameter of the first form
of a request (`parameters.py`), the client asks without it from then on. An answer that reasoning cut short is
asked for again with more room. `reply.py` reads the answer of the model.
"""

from __future__ import annotations

from typing import Any, Final

from ....schema import RemoteError
from ....schema.url_parts import url_parts
from ..prompt import FORMAT
from ..reply import REFUSING, Reply, reply_of
from ..session import ChatSession, HttpAnswer, TemporaryFault
from ..settings import MAX_TOKENS
from .address import KEY, MODEL, URL
from .pace import Pace, seconds_of
from .parameters import FORMAT_NAME, Parameters, changes_of
from .server_error import ServerError, beginning

TRIES: Final = 5
LIMIT_TRIES: Final = 20
LONGEST_WAIT: Final = 900.0
REJECTED: Final = (400, 413, 415, 422)
SPENT: Final = "insufficient_quota"
EFFORT: Final = "reasoning_effort"


class ChatClient:
    """A client that several threads can use.

    Attributes:
        rejection: the server's message at the last rejected request.
    """

    def __init__(self, session: ChatSession, pace: Pace, *, back_off: float) -> None:
        self._session = session
        self._pace = pace
        self._back_off = back_off
        self._parameters = Parameters()
        self.rejection = ""

    def reply(self, body: dict[str, Any]) -> Reply:
        """Return the answer to a request in its first form.

        Raises:
            RemoteError: a fault that is not temporary.
            TemporaryFault: a fault that remained after several tries.
        """
        body, room = body | {FORMAT_NAME: FORMAT}, self._parameters.room
        reply = self._answer(body, room)
        if reply.outcome == "rejected" and room > MAX_TOKENS:
            room = MAX_TOKENS  # a long post may leave no place for more
            reply = self._answer(body, room)
        while reply.is_cut_by_reasoning and (wider := self._parameters.more_room(room)):
            more = self._answer(body, wider)
            if more.outcome == "rejected":
                self._parameters.refuse_room(wider)
                break
            reply, room = more.after(reply), wider
        return reply

    def _answer(self, body: dict[str, Any], room: int) -> Reply:
        """Return the answer to a request after all changes that the errors of the server ask for."""
        without: tuple[str, ...] = ()
        while True:
            sent = self._parameters.as_taken(body, room=room, without=without)
            answer = self._with_retries(sent)
            if isinstance(answer, Reply):
                if answer.outcome != "refused":
                    self._parameters.take(sent, room=room, without=without)
                return answer.model_copy(update={"room": room, "changes": changes_of(body, sent)})
            if self._parameters.change(sent, answer):
                continue
            if answer.refuses(EFFORT) and EFFORT in sent and not self._parameters.has_taken(EFFORT):
                raise RemoteError(
                    f"{self._session.address}: {self.rejection}",
                    "give another --effort, or none: not every model takes each of them",
                )
            if FORMAT_NAME in sent and not self._parameters.has_taken(FORMAT_NAME):
                without = (FORMAT_NAME,)
                continue
            return Reply(outcome="rejected", is_structured=FORMAT_NAME in sent)

    def _with_retries(self, sent: dict[str, Any]) -> Reply | ServerError:
        """Return the answer to a request as it is, or the error of the server that rejects it."""
        faults = limits = 0
        while True:
            self._pace.wait_for_turn()
            try:
                return self._answer_in(self._session.post(sent), is_structured=FORMAT_NAME in sent)
            except TemporaryFault as fault:
                faults, limits = faults + (not fault.is_limit), limits + fault.is_limit
                if faults == TRIES or limits == LIMIT_TRIES:
                    raise
                self._wait(fault, faults, limits)

    def _wait(self, fault: TemporaryFault, faults: int, limits: int) -> None:
        pause = self._back_off * 2.0 ** (max(faults, limits) - 1)
        if fault.wait is not None and fault.wait > LONGEST_WAIT:
            raise RemoteError(
                f"{self._session.address}: {fault.why}; it asks to wait {fault.wait:,.0f} s",
                "run the same command again after that time; answers are kept",
            )
        if fault.is_limit:
            self._pace.pause_all(
                min(LONGEST_WAIT, pause) if fault.wait is None else fault.wait, fault.why
            )
        else:
            self._pace.pause(
                pause if fault.wait is None else fault.wait,
                f"{fault.why}; try {faults + 1} of {TRIES}",
            )

    def _answer_in(self, answer: HttpAnswer, *, is_structured: bool) -> Reply | ServerError:
        status, error = answer.status, ServerError.of(answer.text)
        summary = f"HTTP {status}{error.shown}"
        if status == 200:
            reply = reply_of(answer.text, is_structured=is_structured)
            if reply is None:
                raise TemporaryFault(
                    f"HTTP 200 without a completion in the body: {beginning(answer.text)}"
                )
            return reply
        if status == 429 and error.code != SPENT:
            raise TemporaryFault(summary, wait=seconds_of(answer.retry_after), is_limit=True)
        if status in (408, 409, 425) or status >= 500:
            raise TemporaryFault(summary, wait=seconds_of(answer.retry_after))
        if status in REJECTED:
            self.rejection = summary
            if error.code == REFUSING:
                return Reply(outcome="refused", is_structured=is_structured)
            if error.is_without_room:
                return Reply(outcome="cut", is_structured=is_structured)
            return error
        raise RemoteError(f"{self._session.address}: {summary}", self._hint(answer))

    def _hint(self, answer: HttpAnswer) -> str:
        if answer.status in (401, 403):
            return f"export {KEY}=...    # a key that this endpoint accepts for this model"
        if 300 <= answer.status < 400:
            host = url_parts(answer.location).netloc or "the new address"
            return f"redirects are not followed; if {host} is right, set {URL} to it"
        if answer.status == 429:
            return "add credit there, then run the same command again; answers are kept"
        return f"check {URL} (without /chat/completions) and {MODEL}"
