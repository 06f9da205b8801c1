"""Read the error of a server: its words, its code, and the parameters that it does not take.

The formats are those of OpenAI and Azure (`error.param` names the parameter), of vLLM and llama.cpp (the code
is a number), of servers with FastAPI (`detail`), and of Mistral (a list in `message`). A parameter counts as
refused only if the error says so: an error about a number that is too large names a parameter as well.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any, Final

from ....schema.files.json_text import NotJson, parse_json

MAX_SHOWN: Final = 200
_REFUSES: Final = re.compile(
    r"unsupported|not (?:be )?support|not permitted|not allowed|unrecogni[sz]ed|unknown|unexpected"
    r"|deprecated|extra_forbidden|invalid parameter",
    re.IGNORECASE,
)
_NO_ROOM: Final = re.compile(
    r"could not finish the message because .{0,40}(?:max_|output limit)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class ServerError:
    """The error in the body of an answer.

    Attributes:
        message: the words of the server, "" if there are none.
        code: its code, of any type; None if there is none.
        param: the parameter that it names in a field of its own, "" if it does not.
    """

    message: str = ""
    code: object = None
    param: str = ""

    @classmethod
    def of(cls, text: str) -> ServerError:
        """Read the body of an answer; an error without words if it is in no known format."""
        try:
            body = parse_json(text)
        except NotJson:
            return cls()
        if not isinstance(body, dict):
            return cls()
        inner = body.get("error", body)
        error = inner if isinstance(inner, dict) else {"message": inner}
        message, param = error.get("message") or error.get("detail"), error.get("param")
        code = error.get("code")
        return cls(_words(message), code, param if isinstance(param, str) else "")

    @property
    def shown(self) -> str:
        """The beginning of the words in brackets, on one line; "" without words."""
        return f" ({beginning(self.message)})" if self.message else ""

    @property
    def is_without_room(self) -> bool:
        """Whether the model used up its room without an answer, which OpenAI reports as an error."""
        return bool(_NO_ROOM.search(self.message))

    def refuses(self, parameter: str) -> bool:
        """Return whether the server says that it does not take this parameter or its value."""
        named = self.param or self.message
        is_named = re.search(rf"(?<![\w.]){re.escape(parameter)}(?!\w)", named)
        said = f"{self.code} {self.message}"
        return bool(is_named and _REFUSES.search(said))


def beginning(text: str) -> str:
    """Return the beginning on one line, without characters that could control a terminal."""
    words = " ".join("".join(c if c.isprintable() else " " for c in text[:4096]).split())
    return words if len(words) <= MAX_SHOWN else words[:MAX_SHOWN] + "…"


def _words(message: Any) -> str:
    """Return a message as text; of a list of faults only place, kind and words, not the input."""
    if isinstance(message, dict):
        message = message.get("detail", message)
    if isinstance(message, list):
        return "; ".join(map(_fault, message))
    if message is None:
        return ""
    return message if isinstance(message, str) else json.dumps(message)


def _fault(fault: Any) -> str:
    if not isinstance(fault, dict):
        return str(fault)
    place = fault.get("loc")
    where = " ".join(map(str, place)) if isinstance(place, list) else str(place or "")
    return f"{where}: {fault.get('msg', '')} ({fault.get('type', '')})"
