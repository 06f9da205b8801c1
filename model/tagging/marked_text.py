"""Cut a text into pieces at the edges of gold and predicted entities, for pages that show both."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ...schema import Record, Span
from ...schema.pages.marked_text import stretches


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a text.

    Attributes:
        text: the piece itself.
        gap: the characters between this piece and the next one.
        gold: type of the gold entity that covers the piece, "" for none.
        predicted: type of the predicted entity that covers the piece, "" for none.
    """

    text: str
    gap: str
    gold: str = ""
    predicted: str = ""


def pieces(record: Record, predicted: Sequence[Span]) -> list[Piece]:
    """Return the text, cut wherever a gold or predicted entity begins or ends."""
    edges = ((span.start, span.end) for span in (*record.spans, *predicted))
    return [
        Piece(
            *_text_and_gap(record, start, end),
            _type_at(record.spans, start),
            _type_at(predicted, start),
        )
        for start, end in stretches(len(record.text), edges)
    ]


def _text_and_gap(record: Record, start: int, end: int) -> tuple[str, str]:
    """Return the text of these tokens, and the characters between it and the next token."""
    if record.raw is None or record.offsets is None:
        return " ".join(record.text[start:end]), " "
    stop = record.offsets[end - 1][1]
    following = record.offsets[end][0] if end < len(record.offsets) else len(record.raw)
    return record.raw[record.offsets[start][0] : stop], record.raw[stop:following]


def _type_at(spans: Iterable[Span], token: int) -> str:
    return next((span.type for span in spans if span.start <= token < span.end), "")
