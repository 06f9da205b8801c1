"""Read spans from JSON lines, or from CoNLL with `conll_file.py`.

A JSON line is `{"post_id", "spans": [{"start", "end", "type", "text"?}], "evidence"?, "status"?}`. Offsets
are code points of the clean text. `evidence` holds for each span the positions, from 0, of the images that
the annotator needed. This module does not check the spans (`validate.py`) or store them (`import_spans.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from ...schema import Problem
from ...schema.files.json_text import NotJson, parse_json
from ...schema.formats.repeated_notes import RepeatedNotes
from ...schema.formats.text_lines import read_lines
from .conll_file import TaggedText, read_tagged_texts
from .validate import RawAnnotation, RawSpan, short_repr

LINE_FIELDS: Final = {"post_id", "spans", "evidence", "status"}
SPAN_FIELDS: Final = {"start", "end", "type", "text"}


def read_spans_file(path: Path, problems: list[Problem]) -> Iterator[RawAnnotation | TaggedText]:
    """Yield what the file has for each post, in its order; add a row for each line that cannot be read.

    A file whose first non-empty line begins with `{` is JSON lines, any other is CoNLL.

    Raises:
        DataError: the file is missing.
    """
    lines = list(read_lines(path, problems))
    first = next((line for _, line in lines if line.strip()), "")
    if not first.lstrip().startswith("{"):
        yield from read_tagged_texts(path, lines, problems)
        return
    repeated = RepeatedNotes(path)
    for number, line in lines:
        if line.strip():
            raw = _annotation(line, number, f"{path}:{number}", repeated, problems)
            if raw:
                yield raw
    problems.extend(repeated.problems())


def _annotation(
    line: str, number: int, where: str, repeated: RepeatedNotes, problems: list[Problem]
) -> RawAnnotation | None:
    try:
        row = parse_json(line)
    except NotJson as error:
        found = f"{short_repr(line)}: {error}"
        problems.append(Problem("error", "json", where, found, "one JSON object on a line"))
        return None
    if fault := _fault(row):
        problems.append(Problem("error", "json", where, *fault))
        return None
    spans, evidence = row["spans"], row.get("evidence")
    for fields, known in ((row, LINE_FIELDS), *((span, SPAN_FIELDS) for span in spans)):
        for name in fields.keys() - known:
            wanted = f"only {', '.join(sorted(known))}"
            repeated.add(number, "field", f"unknown field {short_repr(name)}", wanted)
    return RawAnnotation(
        where=where,
        post_id=str(row["post_id"]),
        spans=tuple(
            RawSpan(
                where=where,
                start=span.get("start"),
                end=span.get("end"),
                type=span.get("type"),
                text=span.get("text"),
                evidence=tuple(evidence[position]) if evidence else (),
            )
            for position, span in enumerate(spans)
        ),
        status=row.get("status", "done"),
        has_evidence=bool(evidence),
    )


def _fault(row: object) -> tuple[str, str] | None:
    """Return what was found and what is wanted, if a field of the line has the wrong shape."""
    if not isinstance(row, dict):
        return short_repr(row), "a JSON object"
    post_id, status = row.get("post_id"), row.get("status", "done")
    spans, evidence = row.get("spans"), row.get("evidence")
    if isinstance(post_id, bool) or not isinstance(post_id, str | int):
        return f"post_id {short_repr(post_id)}", "the id of a post"
    if not isinstance(spans, list) or not all(isinstance(span, dict) for span in spans):
        return f"spans {short_repr(spans)}", "a list of spans, each an object"
    if status not in ("done", "skipped"):
        return f"status {short_repr(status)}", "done or skipped"
    if evidence is not None and not _is_evidence(evidence, len(spans)):
        wanted = f"a list of image positions for each of the {len(spans)} spans"
        return f"evidence {short_repr(evidence)}", wanted
    for span in spans:
        if not isinstance(span.get("text"), str | None):
            return f"text {short_repr(span['text'])}", "the text that the span covers"
    return None


def _is_evidence(evidence: object, spans: int) -> bool:
    return (
        isinstance(evidence, list)
        and len(evidence) == spans
        and all(isinstance(entry, list) for entry in evidence)
        and all(type(position) is int for entry in evidence for position in entry)
    )
