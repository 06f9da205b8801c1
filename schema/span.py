"""Span (where an entity stands and what it is) and Annotation (one annotator's spans on one post)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from .labels import TYPES, EntityType

Relevance = Literal["helps", "neutral", "misleads"]


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open stretch `[start, end)` of an entity type; never empty.

    Units are Python code points of the clean text in annotations, and tokens where tags are meant
    (`tags.py`, `span_match.py`): a function's docstring says which.
    """

    start: int
    end: int
    type: EntityType

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError(f"span [{self.start}, {self.end}): wanted 0 <= start < end")
        if self.type not in TYPES:
            raise ValueError(f"span type {self.type!r}: wanted one of {', '.join(TYPES)}")


def first_overlap(spans: Iterable[Span]) -> tuple[Span, Span] | None:
    """The first two spans that share a position, or None."""
    for left, right in pairwise(sorted(spans)):
        if right.start < left.end:
            return left, right
    return None


class Annotation(BaseModel):
    """One annotator's judgement of one post. It cannot be built with a span outside its text or two
    spans that overlap.

    text: the clean text that was annotated; spans are in code points of it, sorted.
    evidence: for each span the positions of the images that told the annotator; () where not asked.
    relevance: for each image whether it helps, or None where not said; () where not asked.
    seconds: how long the post was worked on, where that is known.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    post_id: str
    annotator: str = Field(min_length=1)
    text: str
    spans: tuple[Span, ...] = ()
    status: Literal["done", "skipped"] = "done"
    round: int = Field(default=1, ge=1)
    at: datetime | None = None
    evidence: tuple[tuple[int, ...], ...] = ()
    relevance: tuple[Relevance | None, ...] = ()
    seconds: float | None = Field(default=None, ge=0, allow_inf_nan=False)

    @model_validator(mode="after")
    def _fits_its_text(self) -> Self:
        if list(self.spans) != sorted(self.spans):
            raise ValueError("spans: wanted in the order of the text")
        for span in self.spans:
            if span.end > len(self.text):
                raise ValueError(
                    f"span [{span.start}, {span.end}): wanted inside the text of {len(self.text)} code points"
                )
        if clash := first_overlap(self.spans):
            raise ValueError(f"spans {clash[0]} and {clash[1]} overlap: wanted none that do")
        if self.evidence and len(self.evidence) != len(self.spans):
            raise ValueError("evidence: wanted one entry for each span")
        if self.status == "skipped" and self.spans:
            raise ValueError("a skipped annotation has no spans")
        return self


class Gold(BaseModel):
    """The adjudicated spans of a post: what a release is built from.

    how: the way it was decided, such as `annotator:ada` or `agreed`. evidence: as in Annotation.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    post_id: str
    text: str
    spans: tuple[Span, ...]
    how: str
    evidence: tuple[tuple[int, ...], ...] = ()
