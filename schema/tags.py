"""Convert BIO (IOB2) tags to token spans and back, and read other tag schemes.

`spans_from_tags` reads IOB2 strictly, like seqeval's strict mode and published scores: an entity begins
with `B-`, and an `I-` that continues nothing belongs to no entity. `as_bio` turns IOB1, BIOES and broken
IOB2 into valid IOB2 and reports the tokens whose tag broke the scheme. Spans are in tokens.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal, cast

from .labels import OUTSIDE, EntityType
from .span import Span, first_overlap

Scheme = Literal["IOB1", "IOB2", "BIOES"]


def spans_from_tags(tags: Sequence[str]) -> list[Span]:
    """Return the entities of a sequence of IOB2 labels, in order; positions are tokens."""
    spans: list[Span] = []
    start, kind = 0, ""
    for position, tag in enumerate((*tags, OUTSIDE)):
        if kind and tag != f"I-{kind}":
            spans.append(Span(start, position, cast(EntityType, kind)))
            kind = ""
        if tag.startswith("B-"):
            start, kind = position, tag[2:]
    return spans


def tags_from_spans(spans: Iterable[Span], length: int) -> list[str]:
    """Return `length` IOB2 tags for token spans.

    Raises:
        ValueError: two spans overlap, or a span ends after the last token.
    """
    ordered = sorted(spans)
    if clash := first_overlap(ordered):
        raise ValueError(f"{clash[0]} and {clash[1]} overlap: BIO allows one entity per token")
    if ordered and ordered[-1].end > length:
        raise ValueError(f"{ordered[-1]} ends after the last of {length} tokens")
    tags = [OUTSIDE] * length
    for span in ordered:
        tags[span.start] = f"B-{span.type}"
        tags[span.start + 1 : span.end] = [f"I-{span.type}"] * (span.end - span.start - 1)
    return tags


def orphans(tags: Sequence[str]) -> list[int]:
    """Return the positions of `I-` tags that continue no entity of their type."""
    return [
        position
        for position, tag in enumerate(tags)
        if tag.startswith("I-")
        and (position == 0 or tags[position - 1] not in (tag, f"B-{tag[2:]}"))
    ]


def detect_scheme(sequences: Iterable[Sequence[str]]) -> Scheme:
    """Return the tag scheme of a whole file.

    BIOES has an `E-` or `S-`. IOB1 begins entities with `I-` and uses `B-` only for an entity that directly
    follows another of its type. A file with any other `B-` is IOB2, and its orphan `I-` tags are errors.
    """
    has_orphan = False
    every_b_separates = True
    for tags in sequences:
        if any(tag[:2] in ("E-", "S-") for tag in tags):
            return "BIOES"
        has_orphan = has_orphan or bool(orphans(tags))
        for position, tag in enumerate(tags):
            if tag.startswith("B-"):
                before = tags[position - 1] if position else OUTSIDE
                every_b_separates = every_b_separates and before[2:] == tag[2:]
    return "IOB1" if has_orphan and every_b_separates else "IOB2"


def as_bio(tags: Sequence[str], scheme: Scheme = "IOB2") -> tuple[list[str], list[int]]:
    """Return valid IOB2 tags for tags of any scheme, and the positions whose tag broke the scheme.

    A tag that continues nothing begins an entity, as in conlleval (Tjong Kim Sang, CoNLL-2000).
    """
    bio: list[str] = []
    broken: list[int] = []
    is_open = False
    for position, tag in enumerate(tags):
        if tag == OUTSIDE:
            if scheme == "BIOES" and is_open:
                broken.append(position)
            bio.append(tag)
            is_open = False
            continue
        prefix, kind = tag[0], tag[2:]
        continues = is_open and bio[-1][2:] == kind
        if prefix in "IE" and continues:
            bio.append(f"I-{kind}")
            if prefix == "E" and scheme != "BIOES":
                broken.append(position)
        else:
            bio.append(f"B-{kind}")
            unfinished = scheme == "BIOES" and is_open
            strange = prefix in "ES" and scheme != "BIOES"
            if unfinished or strange or (prefix in "IE" and scheme != "IOB1"):
                broken.append(position)
        is_open = prefix not in "ES"
    if scheme == "BIOES" and is_open:
        broken.append(len(tags) - 1)
    return bio, broken
