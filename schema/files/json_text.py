"""Parse JSON of other people: one kind of error for all that is wrong with it, and no surprise later.

Python's parser alone accepts NaN and infinity, which no JSON has, and any depth up to its own recursion
limit, on which the next function fails. All parsing of the package goes through this module or pydantic.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from typing import Any, Final, NoReturn

MAX_DEPTH: Final = 100
"""Lists and objects inside each other; posts of X have about 15."""
_TOO_DEEP: Final = f"nested deeper than {MAX_DEPTH}"


class NotJson(ValueError):
    """A text is not JSON, or it is nested too deep; the message says where."""


def parse_json(text: str | bytes) -> Any:
    """Return the value of a JSON text; bytes are UTF-8, UTF-16 or UTF-32.

    Raises:
        NotJson: it is not JSON, has a number out of range, or is nested deeper than `MAX_DEPTH`.
    """
    try:
        value = json.loads(text, parse_float=_finite, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        line = f" of line {error.lineno}" if error.lineno > 1 else ""
        raise NotJson(f"{error.msg} at column {error.colno}{line}") from None
    except RecursionError:
        raise NotJson(_TOO_DEEP) from None
    except ValueError as error:  # bytes that are no text, or a number of thousands of digits
        raise NotJson(_few_words(error)) from None
    if _is_too_deep(text, value):
        raise NotJson(_TOO_DEEP)
    return value


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise NotJson(f"the number {digits[:40]} is out of range")
    return number


def _no_constant(name: str) -> NoReturn:
    raise NotJson(f"{name} is not JSON")


def _is_too_deep(text: str | bytes, value: Any) -> bool:
    """Return whether a value is too deep; most texts have too few brackets to be."""
    marks: tuple[Any, Any] = ("[", "{") if isinstance(text, str) else (b"[", b"{")
    if sum(map(text.count, marks)) <= MAX_DEPTH:
        return False
    level = [value]
    for _ in range(MAX_DEPTH):
        level = [inner for one in level for inner in _inner(one)]
    return any(isinstance(one, dict | list) for one in level)


def _inner(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _few_words(error: ValueError) -> str:
    if isinstance(error, UnicodeDecodeError):
        return f"not {error.encoding.upper()} at byte {error.start}"
    return str(error).partition(";")[0][:120]
