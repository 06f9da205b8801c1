"""A text cut into pieces by the entities of gold and of a prediction, for pages that show both."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ...schema import Record, Span
from ...schema.pages.marked_text import stretches


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a text, the gap after it, and what gold and the prediction say of it ("": nothing)."""

    text: str
    gap: str
    gold: str = ""
    predicted: str = ""


def pieces(record: Record, predicted: Sequence[Span]) -> list[Piece]:
    """The text cut wherever an entity of gold or of the prediction begins or ends."""
    edges = ((span.start, span.end) for span in (*record.spans, *predicted))
    return [
        Piece(
            *_surface(record, start, end),
            _type_at(record.spans, start),
            _type_at(predicted, start),
        )
        for start, end in stretches(len(record.text), edges)
    ]


def _surface(record: Record, start: int, end: int) -> tuple[str, str]:
    """The text of these tokens, and what stands between it and the next token."""
    if record.raw is None or record.offsets is None:
        return " ".join(record.text[start:end]), " "
    stop = record.offsets[end - 1][1]
    following = record.offsets[end][0] if end < len(record.offsets) else len(record.raw)
    return record.raw[record.offsets[start][0] : stop], record.raw[stop:following]


def _type_at(spans: Iterable[Span], token: int) -> str:
    return next((span.type for span in spans if span.start <= token < span.end), "")
