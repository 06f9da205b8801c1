"""Check raw spans, and turn them into an Annotation or into the reasons why not.

Spans from files and from Label Studio both go through this module, so both follow the same rules. No span is
dropped or changed without a problem row. This module does not read files, talk to servers or store anything.

The rules, by the `rule` of their rows:

- `offsets`: start and end are whole numbers.
- `order`: start is before end.
- `bounds`: the span is inside the clean text.
- `type`: the type is one of TYPES; an alias is accepted with a note.
- `surface`: the text given with a span is the text at its offsets.
- `blank`: the span is more than white space.
- `token-edges`: the span begins and ends where tokens do.
- `overlap`: no two spans share a character.
- `evidence`: the post has the images that are named as evidence.
- `skipped`: a skipped post has no spans.

If the text of a span was given and is the text at its offsets, the offsets are certain, and an edge inside a
token is an imprecise selection: the span loses white space at its ends and grows to whole tokens, with a
warning. Without the text, such an edge may also be an offset in the wrong unit, and is an error.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from ...schema import TYPES, Annotation, EntityType, Post, Problem, Span, entity_type
from ...schema.problem import errors_in
from ...schema.span import Relevance
from ...schema.tokens import Token, tokenize

LONGEST_SHOWN: Final = 60


@dataclass(frozen=True, slots=True)
class RawSpan:
    """A span as a file or Label Studio has it, not yet checked.

    where: `file:line`, or the link of its task and the number of its region.
    start, end: offsets in code points of the clean text, if they are right.
    type: an entity type, if it is right.
    text: the text that the span covers, if it was given.
    evidence: positions of the images that the annotator needed for it.
    """

    where: str
    start: object
    end: object
    type: object
    text: str | None = None
    evidence: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class RawAnnotation:
    """One annotator's work on one post, not yet checked.

    where: `file:line`, or the link of its task.
    has_evidence: whether evidence was given for any span.
    relevance: for each image of the post, how the annotator rated it.
    at: when the annotator last changed it.
    """

    where: str
    post_id: str
    spans: tuple[RawSpan, ...] = ()
    status: Literal["done", "skipped"] = "done"
    has_evidence: bool = False
    relevance: tuple[Relevance | None, ...] = ()
    at: datetime | None = None


def annotation_or_problems(
    post: Post, raw: RawAnnotation, *, annotator: str
) -> tuple[Annotation | None, list[Problem]]:
    """Return the annotation with its notes and warnings, or None with at least one error."""
    problems: list[Problem] = []
    if raw.status == "skipped" and raw.spans:
        problems.append(
            Problem("error", "skipped", raw.where, f"skipped, {len(raw.spans)} spans", "no spans")
        )
    tokens = tokenize(post.text)
    checked = [(_span(post, tokens, span, problems), span) for span in raw.spans]
    found = sorted(((span, given) for span, given in checked if span), key=lambda pair: pair[0])
    problems.extend(_overlaps(post.text, found))
    if errors_in(problems):
        return None, problems
    return (
        Annotation(
            post_id=post.id,
            annotator=annotator,
            text=post.text,
            spans=tuple(span for span, _ in found),
            status=raw.status,
            at=raw.at,
            evidence=tuple(given.evidence for _, given in found) if raw.has_evidence else (),
            relevance=raw.relevance,
        ),
        problems,
    )


def _span(
    post: Post, tokens: Sequence[Token], raw: RawSpan, problems: list[Problem]
) -> Span | None:
    kind = _type(raw, problems)
    offsets = _offsets(post.text, raw, problems)
    images = {image.position for image in post.images}
    for position in raw.evidence:
        if position not in images:
            wanted = f"one of the {len(images)} images, counted from 0"
            problems.append(Problem("error", "evidence", raw.where, f"image {position}", wanted))
    if offsets is None:
        return None
    start, end = _snapped(post.text, tokens, raw, offsets, problems)
    return Span(start, end, kind) if kind and start < end else None


def _type(raw: RawSpan, problems: list[Problem]) -> EntityType | None:
    kind = entity_type(raw.type) if isinstance(raw.type, str) else None
    if kind is None:
        found = "no type" if raw.type is None else short_repr(raw.type)
        problems.append(Problem("error", "type", raw.where, found, f"one of {', '.join(TYPES)}"))
    elif kind != raw.type:
        problems.append(
            Problem("note", "type", raw.where, short_repr(raw.type), kind, f"read as {kind}")
        )
    return kind


def _offsets(text: str, raw: RawSpan, problems: list[Problem]) -> tuple[int, int] | None:
    """Return start and end, if they are inside the text and fit the surface text; else add a row."""

    def refuse(rule: str, found: str, wanted: str) -> None:
        problems.append(Problem("error", rule, raw.where, found, wanted))

    start, end = raw.start, raw.end
    # bool is a subclass of int, but `true` is no offset
    if type(start) is not int or type(end) is not int:
        refuse("offsets", f"start {short_repr(start)}, end {short_repr(end)}", "two whole numbers")
    elif start >= end:
        refuse("order", f"[{start}, {end})", "start before end; a span is never empty")
    elif start < 0 or end > len(text):
        refuse("bounds", f"[{start}, {end})", f"inside the text of {len(text)} code points")
    elif raw.text is not None and raw.text != text[start:end]:
        refuse(
            "surface",
            short_repr(raw.text),
            f"{short_repr(text[start:end])}, which is at [{start}, {end})",
        )
    else:
        return start, end
    return None


def _snapped(
    text: str,
    tokens: Sequence[Token],
    raw: RawSpan,
    offsets: tuple[int, int],
    problems: list[Problem],
) -> tuple[int, int]:
    """Return start and end moved to token edges; an empty range, with a row, if that is not allowed."""
    start, end = offsets
    inside = [token for token in tokens if token.start < end and start < token.end]
    if not inside:
        found = short_repr(text[start:end])
        problems.append(Problem("error", "blank", raw.where, found, "more than white space"))
        return start, start
    snapped = inside[0].start, inside[-1].end
    if snapped != offsets:
        found = f"[{start}, {end}) {short_repr(text[start:end])}"
        wanted = f"[{snapped[0]}, {snapped[1]}) {short_repr(text[slice(*snapped)])}"
        if raw.text is None:
            wanted += ", or the text of the span, which would prove its offsets"
            problems.append(Problem("error", "token-edges", raw.where, found, wanted))
            return start, start
        problems.append(
            Problem("warning", "token-edges", raw.where, found, wanted, "moved to token edges")
        )
    return snapped


def _overlaps(text: str, found: Iterable[tuple[Span, RawSpan]]) -> list[Problem]:
    """Return a row for each span that begins before an earlier one has ended."""
    problems: list[Problem] = []
    widest: Span | None = None
    for span, raw in found:
        if widest and span.start < widest.end:
            wanted = f"no overlap with {_described(text, widest)}"
            problems.append(Problem("error", "overlap", raw.where, _described(text, span), wanted))
        if widest is None or span.end > widest.end:
            widest = span
    return problems


def _described(text: str, span: Span) -> str:
    return f"{span.type} [{span.start}, {span.end}) {short_repr(text[span.start : span.end])}"


def short_repr(value: object) -> str:
    """Return the `repr` of an untrusted value, cut to the length that fits a problem row."""
    text = repr(value)
    return text if len(text) <= LONGEST_SHOWN else text[: LONGEST_SHOWN - 3] + "..."
