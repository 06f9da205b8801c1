"""The parameters of a request as one endpoint and model take them, and the room for an answer.

A request is always built, and stored, in its first form: with `temperature`, `max_tokens` and
`response_format`. What a server does not take is changed here, once for a run, and each answer names the
changes. A parameter that the server has once taken is never changed: no later error, and so no single post,
can do that.
"""

from __future__ import annotations

from collections.abc import Collection
from threading import Lock
from typing import Any, Final

from ..settings import MAX_TOKENS
from .server_error import ServerError

MOST_TOKENS: Final = 16 * MAX_TOKENS
WIDER: Final = 4
FORMAT_NAME: Final = "response_format"
INSTEAD: Final[dict[str, str | None]] = {
    "max_tokens": "max_completion_tokens",
    "temperature": None,
    FORMAT_NAME: None,
}
"""What to send in place of a parameter that a server does not take; None for nothing."""


class Parameters:
    """The state of one endpoint and model, which all threads share."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._changed: set[str] = set()
        self._taken: set[str] = set()
        self._room, self._widest = MAX_TOKENS, MOST_TOKENS
        self._answered_room = MAX_TOKENS

    @property
    def room(self) -> int:
        """The most tokens that an answer may have now, with its reasoning."""
        with self._lock:
            return self._room

    def as_taken(
        self, body: dict[str, Any], *, room: int, without: Collection[str] = ()
    ) -> dict[str, Any]:
        """Return a request with all changes.

        Args:
            body: the request in its first form.
            room: the most tokens that its answer may have.
            without: parameters to leave out of this request only.
        """
        with self._lock:
            changed = frozenset(self._changed)
        sent: dict[str, Any] = {}
        for name, value in (body | {"max_tokens": room}).items():
            instead = INSTEAD[name] if name in changed else name
            if instead is not None and name not in without:
                sent[instead] = value
        return sent

    def change(self, sent: dict[str, Any], error: ServerError) -> bool:
        """Change what an error names, and return whether the request differs now."""
        named = {name for name in INSTEAD if name in sent and error.refuses(name)}
        with self._lock:
            named -= self._taken
            self._changed |= named
        return bool(named)

    def has_taken(self, parameter: str) -> bool:
        """Return whether a request with this parameter was answered."""
        with self._lock:
            return parameter in self._taken

    def take(self, sent: dict[str, Any], *, room: int, without: Collection[str] = ()) -> None:
        """Note that a request was answered, and keep what it had to leave out."""
        with self._lock:
            self._taken |= sent.keys()
            self._changed |= set(without) - self._taken
            self._answered_room = max(self._answered_room, room)

    def more_room(self, room: int) -> int | None:
        """Return more room than this, for this request and all later ones; None if that was the most."""
        with self._lock:
            wider = room * WIDER
            if wider > self._widest:
                return None
            self._room = max(self._room, wider)
            return wider

    def refuse_room(self, room: int) -> None:
        """Note that a request was rejected only because of its room."""
        with self._lock:
            if room > self._answered_room:
                self._widest = min(self._widest, room // WIDER)
                self._room = min(self._room, self._widest)


def changes_of(body: dict[str, Any], sent: dict[str, Any]) -> tuple[str, ...]:
    """Return, in words, how a request that was sent differs from its first form."""
    gone = [name for name in INSTEAD if name in body and name not in sent]
    return tuple(
        f"{name} sent as {instead}" if (instead := INSTEAD[name]) else f"{name} left out"
        for name in gone
    )
