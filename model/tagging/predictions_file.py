"""Predictions as JSON lines: what `mnerctl predict` writes, and `mnerctl label suggest` reads.

A line is `{"id", "unit", "spans": [{"start", "end", "type", "score", "text", ...}], "images"?}`. `unit`
says what start and end count: `code_points` of a post's clean text, or the `tokens` of a record; then
`start_char` and `end_char` are there too where the record knows them. `images` is there where a
system weighs them.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Literal

from ...schema import DataError, Record, Span
from .scored_span import Scored

Unit = Literal["code_points", "tokens"]


def line_of(
    record: Record, found: Sequence[Scored], *, unit: Unit, weights: Sequence[float] = ()
) -> dict[str, Any]:
    """What a system says of a record. weights: of its images, in order, where there are any.

    Wanted for `code_points`: a record with offsets.
    """
    line: dict[str, Any] = {"id": record.id, "unit": unit}
    line["spans"] = [span_of(record, one.span, unit, score=one.score) for one in found]
    if weights:
        pairs = zip(record.images, weights, strict=True)
        line["images"] = [{"file": name, "weight": round(weight, 4)} for name, weight in pairs]
    return line


def span_of(
    record: Record, span: Span, unit: Unit, *, score: float | None = None
) -> dict[str, Any]:
    """The fields of one entity."""
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
    """The file is there whole, in place of an earlier one, or not at all. Raises DataError."""
    partial = path.with_name(f".{path.name}.partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with partial.open("w", encoding="utf-8", newline="\n") as file:
                for line in lines:
                    file.write(json.dumps(line, ensure_ascii=False) + "\n")
            os.replace(partial, path)
        finally:
            partial.unlink(missing_ok=True)
    except OSError as error:
        raise DataError(
            f"{path}: {error.strerror}", "check the folder's permissions and space"
        ) from error
