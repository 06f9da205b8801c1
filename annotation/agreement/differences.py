"""Say in plain text where the annotators of a post differ, for the adjudicator to see at a glance."""

from __future__ import annotations

from collections.abc import Sequence

from ...schema import Annotation, Span
from ..spans.validate import short_repr


def differences(annotations: Sequence[Annotation]) -> str:
    """Return one line per span, those first that fewest annotators mark, and one for who skipped the post."""
    marked: dict[Span, list[str]] = {}
    for one in annotations:
        for span in one.spans:
            marked.setdefault(span, []).append(one.annotator)
    lines = []
    for span, names in sorted(marked.items(), key=lambda entry: (len(entry[1]), entry[0])):
        words = short_repr(annotations[0].text[span.start : span.end])
        of = f"{len(names)} of {len(annotations)}"
        lines.append(f"{of}: {span.type} {words} at {span.start}: {', '.join(names)}")
    if unmarked := [one.annotator for one in annotations if one.status == "done" and not one.spans]:
        lines.append(f"no name at all: {', '.join(unmarked)}")
    if skipped := [one.annotator for one in annotations if one.status == "skipped"]:
        lines.append(f"skipped: {', '.join(skipped)}")
    return "\n".join(lines)
