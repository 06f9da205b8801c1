"""Predictions as JSON lines, which `mnerctl predict` writes and `mnerctl label suggest` reads.

A line is `{"id", "unit", "spans": [{"start", "end", "type", "score", "text", ...}], "images"?}`; for posts
that a user gives, it also has their `text` and `tokens`. `unit` says what start and end count:
`code_points` of a post's clean text, or `tokens` of a record. With `tokens`, a span also has `start_char`
and `end_char` if the record has offsets. `images` is present if the system gives weights to images.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Literal

from ...schema import DataError, Record, Span
from ...schema.files.atomic_write import HINT, open_file
from .scored_span import ScoredSpan

Unit = Literal["code_points", "tokens"]


def prediction_line(
    record: Record,
    found: Sequence[ScoredSpan],
    *,
    unit: Unit,
    weights: Sequence[float] = (),
    has_text: bool = False,
) -> dict[str, Any]:
    """Return one line of the file.

    Args:
        record: the record; needs offsets if `unit` is `code_points`.
        found: its predicted entities.
        unit: what start and end count.
        weights: weights of its images, in order, if there are any.
        has_text: whether the line has the raw text and the tokens.
    """
    line: dict[str, Any] = {"id": record.id, "unit": unit}
    if has_text:
        line |= {"text": record.raw, "tokens": list(record.text)}
    line["spans"] = [span_fields(record, one.span, unit, score=one.score) for one in found]
    if weights:
        pairs = zip(record.images, weights, strict=True)
        line["images"] = [{"file": name, "weight": round(weight, 4)} for name, weight in pairs]
    return line


def span_fields(
    record: Record, span: Span, unit: Unit, *, score: float | None = None
) -> dict[str, Any]:
    """Return one entity as fields of a line."""
    offsets, raw = record.offsets, record.raw
    edges = (offsets[span.start][0], offsets[span.end - 1][1]) if offsets else None
    start, end = edges if edges and unit == "code_points" else (span.start, span.end)
    fields: dict[str, Any] = {"start": start, "end": end, "type": span.type}
    if score is not None:
        fields["score"] = round(score, 4)
    fields["text"] = (
        raw[edges[0] : edges[1]]
        if edges and raw is not None
        else " ".join(record.text[span.start : span.end])
    )
    if unit == "tokens" and edges:
        fields |= {"start_char": edges[0], "end_char": edges[1]}
    return fields


def write_lines(path: Path, lines: Iterable[dict[str, Any]]) -> None:
    """Write the file completely, in place of an earlier one, or not at all.

    Raises:
        DataError: the file cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DataError(f"{path}: {error.strerror}", HINT) from error
    with open_file(path) as file:
        for line in lines:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
