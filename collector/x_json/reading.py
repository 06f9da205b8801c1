"""What a line of an archive or a kept payload tells of: posts by id, not yet worked out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from ..source import Answer

Tell = Callable[[str], Answer]
"""Works out the answer about one post, given the name of the source that is to stand in it."""


@dataclass(frozen=True, slots=True)
class Reading:
    """own: what it is about. within: posts that those refer to, told in passing."""

    own: Mapping[str, Tell]
    within: Mapping[str, Tell] = field(default_factory=dict)
