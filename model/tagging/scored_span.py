"""What every system gives for a record: entities with how sure it is of each. Loads no torch."""

from __future__ import annotations

from dataclasses import dataclass

from ...schema import Span


@dataclass(frozen=True, slots=True)
class Scored:
    """A predicted entity, in tokens, and its probability, 0 to 1; 1 where a system gives none."""

    span: Span
    score: float
