"""Spans of entities, one annotator's spans of a post, and the gold spans of a post."""

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
    """The range `[start, end)` of an entity and its type; never empty.

    Positions are Python code points of the clean text in annotations, and tokens next to tags (`tags.py`).
    The docstring of a function says which.
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
    """Return the first two spans that overlap, or None."""
    for left, right in pairwise(sorted(spans)):
        if right.start < left.end:
            return left, right
    return None


class Annotation(BaseModel):
    """One annotator's spans of one post.

    Construction fails if a span is outside the text or two spans overlap.

    Attributes:
        post_id: the post.
        annotator: name of the annotator.
        text: the clean text that was annotated.
        spans: sorted, in code points of `text`.
        status: `done` or `skipped`; a skipped annotation has no spans.
        round: label round, from 1.
        at: time of the last change.
        evidence: for each span, the positions of the images that helped; () if this was not asked.
        relevance: for each image, whether it helps, None if not answered; () if this was not asked.
        seconds: time spent on the post, None if not known.
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
            raise ValueError(f"spans {clash[0]} and {clash[1]} overlap: wanted no overlap")
        if self.evidence and len(self.evidence) != len(self.spans):
            raise ValueError("evidence: wanted one entry for each span")
        if self.status == "skipped" and self.spans:
            raise ValueError("a skipped annotation has no spans")
        return self


class Gold(BaseModel):
    """The decided spans of a post, from which a release is built.

    Attributes:
        post_id: the post.
        text: the clean text.
        spans: sorted, in code points of `text`.
        how: how the spans were decided, such as `annotator:ada` or `agreed`.
        evidence: as in `Annotation`.
        round: the latest label round that a person who decided it could see; 1 where a rule decided.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    post_id: str
    text: str
    spans: tuple[Span, ...]
    how: str
    evidence: tuple[tuple[int, ...], ...] = ()
    round: int = Field(default=1, ge=1)
