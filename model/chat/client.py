"""Send requests to a chat endpoint until they are answered: repeat temporary faults, stop at all others.

The client first asks for structured output. If a server refuses that and accepts the same request without it,
the client asks without it from then on. `reply.py` reads the answer of the model.
"""

from __future__ import annotations

from typing import Any, Final

from ...schema import RemoteError
from ...schema.json_text import parse_json
from ...schema.url_parts import url_parts
from .address import KEY, MODEL, URL
from .pace import Pace, seconds_of
from .prompt import FORMAT
from .reply import REFUSING, Reply, reply_of
from .session import ChatSession, HttpAnswer, TemporaryFault

TRIES: Final = 5
LIMIT_TRIES: Final = 20
LONGEST_WAIT: Final = 900.0
REJECTED: Final = (400, 413, 415, 422)
SPENT: Final = "insufficient_quota"
MAX_SHOWN: Final = 200


class ChatClient:
    """A client that several threads can use.

    Attributes:
        rejection: the server's message at the last rejected request.
    """

    def __init__(self, session: ChatSession, pace: Pace, *, back_off: float) -> None:
        self._session = session
        self._pace = pace
        self._back_off = back_off
        self._is_structured = True
        self._has_structured = False
        self.rejection = ""

    def reply(self, body: dict[str, Any]) -> Reply:
        """Return the answer to a request.

        Raises:
            RemoteError: a fault that is not temporary.
            TemporaryFault: a fault that remained after several tries.
        """
        if self._is_structured:
            reply = self._with_retries(body, is_structured=True)
            if reply.outcome != "rejected" or self._has_structured:
                self._has_structured |= reply.outcome in ("answered", "cut")
                return reply
        reply = self._with_retries(body, is_structured=False)
        if reply.outcome != "rejected" and not self._has_structured:
            self._is_structured = False
        return reply

    def _with_retries(self, body: dict[str, Any], *, is_structured: bool) -> Reply:
        faults = limits = 0
        while True:
            self._pace.wait_for_turn()
            try:
                sent = body | {"response_format": FORMAT} if is_structured else body
                return self._reply_from(self._session.post(sent), is_structured)
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

    def _reply_from(self, answer: HttpAnswer, is_structured: bool) -> Reply:
        status, code = answer.status, _code(answer.text)
        summary = f"HTTP {status}{_message(answer.text)}"
        if status == 200:
            reply = reply_of(answer.text, is_structured=is_structured)
            if reply is None:
                raise TemporaryFault(
                    f"HTTP 200 without a completion in the body: {_start(answer.text)}"
                )
            return reply
        if status == 429 and code != SPENT:
            raise TemporaryFault(summary, wait=seconds_of(answer.retry_after), is_limit=True)
        if status in (408, 409, 425) or status >= 500:
            raise TemporaryFault(summary, wait=seconds_of(answer.retry_after))
        if status in REJECTED:
            self.rejection = summary
            is_filter = code == REFUSING
            return Reply(
                outcome="refused" if is_filter else "rejected", is_structured=is_structured
            )
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


def _error(text: str) -> dict[str, Any]:
    """Return the `error` of a body that has one, in the format of OpenAI and most others."""
    try:
        error = parse_json(text)["error"]
    except (ValueError, KeyError, TypeError):
        return {}
    return error if isinstance(error, dict) else {"message": error}


def _code(text: str) -> object:
    return _error(text).get("code")


def _message(text: str) -> str:
    message = _error(text).get("message")
    return f" ({_start(message)})" if isinstance(message, str) else ""


def _start(text: str) -> str:
    """Return the beginning on one line, without characters that could control a terminal."""
    words = " ".join("".join(c if c.isprintable() else " " for c in text[:4096]).split())
    return words if len(words) <= MAX_SHOWN else words[:MAX_SHOWN] + "…"
