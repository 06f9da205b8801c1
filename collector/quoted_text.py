"""Remove a post's text from the payloads of other posts: archives store a quoted post in place.

Pure functions. The quoting post's own text is not searched.
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
    """Return the payload with only the ids left of the buried posts, or None if it contains none of them.

    Args:
        payload: answer of a source, as JSON.
        buried: ids of the posts to remove.
    """
    named = {number.decode("ascii") for number in _IDS.findall(payload)} & buried
    if not named:
        return None
    try:
        value = json.loads(payload)
    except ValueError:
        return None
    rest = _pruned(value, named)
    return None if rest == value else json.dumps(rest).encode("ascii")


def _pruned(value: Any, buried: Set[str]) -> Any:
    if isinstance(value, list):
        return [_pruned(one, buried) for one in value]
    if not isinstance(value, dict):
        return value
    if any(str(value.get(key)) in buried for key in _ID_KEYS):
        return {key: value[key] for key in _KEPT if key in value}
    return {key: _pruned(inner, buried) for key, inner in value.items()}
