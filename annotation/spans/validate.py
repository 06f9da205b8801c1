"""The one door for spans: raw ones go in, an Annotation or the reasons why not comes out.

Files and Label Studio alike end here, so both are held to the same rules. Nothing is dropped or
repaired without a row. What it does not do: read files, talk to servers, store anything.

The rules, each the `rule` of its rows:
`offsets` whole numbers; `order` start before end; `bounds` inside the clean text; `type` one of ours
(an alias is read, with a note); `surface` the text given with a span is what stands there; `blank`
not only white space; `token-edges` begins and ends where tokens do; `overlap` none shares a character
with another; `evidence` only images that the post has; `skipped` a skipped post has no spans.

Token edges have a snapping rule. Where the surface text was given and fits, the offsets are certain
and the hand was not: the span loses white space at its ends and grows to whole tokens, with a warning.
Without it an edge inside a token may as well be an offset in the wrong unit, and is an error.
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
    """A span as somebody else wrote it: nothing about it is known to be right.

    where: `file:line`, or the name of its task and region. evidence: positions of the images that told.
    """

    where: str
    start: object
    end: object
    type: object
    text: str | None = None
    evidence: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class RawAnnotation:
    """One annotator's work on one post as it came in; `where` is its file and line, or its task."""

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
    """The annotation with its notes and warnings, or None with at least one error."""
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
    stretch = _stretch(post.text, raw, problems)
    images = {image.position for image in post.images}
    for position in raw.evidence:
        if position not in images:
            wanted = f"one of the {len(images)} images, counted from 0"
            problems.append(Problem("error", "evidence", raw.where, f"image {position}", wanted))
    if stretch is None:
        return None
    start, end = _snapped(post.text, tokens, raw, stretch, problems)
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


def _stretch(text: str, raw: RawSpan, problems: list[Problem]) -> tuple[int, int] | None:
    """`[start, end)` inside the text, holding the surface text where one is given."""

    def refuse(rule: str, found: str, wanted: str) -> None:
        problems.append(Problem("error", rule, raw.where, found, wanted))

    start, end = raw.start, raw.end
    # bool is an int to Python: `true` as an offset is a mistake all the same
    if type(start) is not int or type(end) is not int:
        refuse("offsets", f"start {short_repr(start)}, end {short_repr(end)}", "two whole numbers")
    elif start >= end:
        refuse("order", f"[{start}, {end})", "start before end: a span is never empty")
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
    stretch: tuple[int, int],
    problems: list[Problem],
) -> tuple[int, int]:
    """The stretch on token edges, by the rule above; an empty one where it cannot be."""
    start, end = stretch
    inside = [token for token in tokens if token.start < end and start < token.end]
    if not inside:
        found = short_repr(text[start:end])
        problems.append(Problem("error", "blank", raw.where, found, "more than white space"))
        return start, start
    snapped = inside[0].start, inside[-1].end
    if snapped != stretch:
        found = f"[{start}, {end}) {short_repr(text[start:end])}"
        wanted = f"[{snapped[0]}, {snapped[1]}) {short_repr(text[slice(*snapped)])}"
        if raw.text is None:
            wanted += ", or the text of the span as a proof of its offsets"
            problems.append(Problem("error", "token-edges", raw.where, found, wanted))
            return start, start
        problems.append(
            Problem("warning", "token-edges", raw.where, found, wanted, "set to whole tokens")
        )
    return snapped


def _overlaps(text: str, found: Iterable[tuple[Span, RawSpan]]) -> list[Problem]:
    """A row for each span that begins before an earlier one has ended."""
    problems: list[Problem] = []
    widest: Span | None = None
    for span, raw in found:
        if widest and span.start < widest.end:
            wanted = f"none that shares text with {_described(text, widest)}"
            problems.append(Problem("error", "overlap", raw.where, _described(text, span), wanted))
        if widest is None or span.end > widest.end:
            widest = span
    return problems


def _described(text: str, span: Span) -> str:
    return f"{span.type} [{span.start}, {span.end}) {short_repr(text[span.start : span.end])}"


def short_repr(value: object) -> str:
    """A value of unknown origin, safe and short enough for a row."""
    text = repr(value)
    return text if len(text) <= LONGEST_SHOWN else text[: LONGEST_SHOWN - 3] + "..."
