"""A predicted entity with its probability, which every system returns. Loads no torch."""

from __future__ import annotations

from dataclasses import dataclass

from ...schema import Span


@dataclass(frozen=True, slots=True)
class ScoredSpan:
    """A predicted entity.

    Attributes:
        span: the entity, in tokens.
        score: its probability, 0 to 1; 1 if the system gives none.
    """

    span: Span
    score: float
