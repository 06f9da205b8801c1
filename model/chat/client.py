"""A chat endpoint that is asked until it has answered: what may pass is tried again, the rest stops the run.

Structured output is asked for at first; a server that refuses it, and takes the same request without it, is
asked without it from then on. What it does not do: read what a model said; `reply.py` does.
"""

from __future__ import annotations

import json
from typing import Any, Final
from urllib.parse import urlsplit

from ...schema import RemoteError
from .address import KEY, MODEL, URL
from .pace import Pace, seconds_of
from .prompt import FORMAT
from .reply import REFUSING, Reply, reply_of
from .wire import Heard, Passing, Wire

TRIES: Final = 5
LIMIT_TRIES: Final = 20
LONGEST_WAIT: Final = 900.0
REJECTED: Final = (400, 413, 415, 422)
SPENT: Final = "insufficient_quota"
MOST_SHOWN: Final = 200


class Chat:
    """It can be used from several threads."""

    def __init__(self, wire: Wire, pace: Pace, *, back_off: float) -> None:
        self._wire = wire
        self._pace = pace
        self._back_off = back_off
        self._is_structured = True
        self._has_structured = False
        self.rejection = ""
        """What the server said when it rejected a request, the last time."""

    def reply(self, body: dict[str, Any]) -> Reply:
        """Raises RemoteError for what will not pass, and Passing for what did not pass in several tries."""
        if self._is_structured:
            reply = self._asked(body, is_structured=True)
            if reply.outcome != "rejected" or self._has_structured:
                self._has_structured |= reply.outcome in ("answered", "cut")
                return reply
        reply = self._asked(body, is_structured=False)
        if reply.outcome != "rejected" and not self._has_structured:
            self._is_structured = False
        return reply

    def _asked(self, body: dict[str, Any], *, is_structured: bool) -> Reply:
        faults = limits = 0
        while True:
            self._pace.turn()
            try:
                sent = body | {"response_format": FORMAT} if is_structured else body
                return self._heard(self._wire.post(sent), is_structured)
            except Passing as fault:
                faults, limits = faults + (not fault.is_limit), limits + fault.is_limit
                if faults == TRIES or limits == LIMIT_TRIES:
                    raise
                self._wait(fault, faults, limits)

    def _wait(self, fault: Passing, faults: int, limits: int) -> None:
        pause = self._back_off * 2.0 ** (max(faults, limits) - 1)
        if fault.wait is not None and fault.wait > LONGEST_WAIT:
            raise RemoteError(
                f"{self._wire.address}: {fault.why}; it asks to wait {fault.wait:,.0f} s",
                "run the same command again then: answers are kept",
            )
        if fault.is_limit:
            self._pace.hold(
                min(LONGEST_WAIT, pause) if fault.wait is None else fault.wait, fault.why
            )
        else:
            self._pace.rest(
                pause if fault.wait is None else fault.wait,
                f"{fault.why}; try {faults + 1} of {TRIES}",
            )

    def _heard(self, heard: Heard, is_structured: bool) -> Reply:
        status, code = heard.status, _code(heard.text)
        said = f"HTTP {status}{_said(heard.text)}"
        if status == 200:
            reply = reply_of(heard.text, is_structured=is_structured)
            if reply is None:
                raise Passing(
                    f"HTTP 200 with something else than a completion: {_start(heard.text)}"
                )
            return reply
        if status == 429 and code != SPENT:
            raise Passing(said, wait=seconds_of(heard.retry_after), is_limit=True)
        if status in (408, 409, 425) or status >= 500:
            raise Passing(said, wait=seconds_of(heard.retry_after))
        if status in REJECTED:
            self.rejection = said
            is_filter = code == REFUSING
            return Reply(
                outcome="refused" if is_filter else "rejected", is_structured=is_structured
            )
        raise RemoteError(f"{self._wire.address}: {said}", self._hint(heard))

    def _hint(self, heard: Heard) -> str:
        if heard.status in (401, 403):
            return f"export {KEY}=...    # a key that this endpoint takes for this model"
        if 300 <= heard.status < 400:
            other = urlsplit(heard.location).netloc or "elsewhere"
            return f"posts are not sent on: if {other} is right, set {URL} to its address"
        if heard.status == 429:
            return "add credit there, then run the same command again: answers are kept"
        return f"check {URL} (it ends before /chat/completions) and {MODEL}"


def _error(text: str) -> dict[str, Any]:
    """The `error` of a body that has one, as OpenAI's and most others do."""
    try:
        error = json.loads(text)["error"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return {}
    return error if isinstance(error, dict) else {"message": error}


def _code(text: str) -> object:
    return _error(text).get("code")


def _said(text: str) -> str:
    message = _error(text).get("message")
    return f" ({_start(message)})" if isinstance(message, str) else ""


def _start(text: str) -> str:
    """The beginning, on one line and without what could steer a terminal."""
    words = " ".join("".join(c if c.isprintable() else " " for c in text[:4096]).split())
    return words if len(words) <= MOST_SHOWN else words[:MOST_SHOWN] + "…"
