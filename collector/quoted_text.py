"""A post's text inside another post's payload: archives keep the post that is quoted in place.

Pure. What it does not do: look into the quoting post's own text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Set
from typing import Any, Final

_IDS: Final = re.compile(rb"[0-9]{1,19}")
_KEPT: Final = ("type", "id", "id_str")
_ID_KEYS: Final = ("id", "id_str", "rest_id")


def without_quoted(payload: bytes, buried: Set[str]) -> bytes | None:
    """The payload without what it tells of the buried posts but their ids; None where it tells nothing."""
    named = {number.decode("ascii") for number in _IDS.findall(payload)} & buried
    if not named:
        return None
    try:
        told = json.loads(payload)
    except ValueError:
        return None
    rest = _pruned(told, named)
    return None if rest == told else json.dumps(rest).encode("ascii")


def _pruned(value: Any, buried: Set[str]) -> Any:
    if isinstance(value, list):
        return [_pruned(one, buried) for one in value]
    if not isinstance(value, dict):
        return value
    if any(str(value.get(key)) in buried for key in _ID_KEYS):
        return {key: value[key] for key in _KEPT if key in value}
    return {key: _pruned(inner, buried) for key, inner in value.items()}
