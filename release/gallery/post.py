"""Turn a post into the plain data that the page of the gallery gets; `post.js` makes elements of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from ...schema import TYPES
from ...schema.pages.marked_text import stretches
from ...schema.pages.thumbnail import Thumbnail
from ...schema.post_url import post_of_url
from ..audit.rule import Example
from .facts import Facts

DISAGREEMENT, SENSITIVE = 1, 2
"""Flags of an index row."""
_SAFE_LINK: Final = re.compile(r"https://(?:www\.|mobile\.)?(?:twitter|x)\.com/\S*", re.ASCII)

IndexRow = list[Any]
"""Split, number of images, entity types (one bit each), flags, and numbers of the rules it breaks."""


def post_data(
    example: Example, facts: Facts, thumbnails: Sequence[Thumbnail], paths: Sequence[str]
) -> dict[str, Any]:
    """Return the data of one post.

    Args:
        example: the record.
        facts: what is known of the posts besides the release.
        thumbnails: one per image of the record.
        paths: where each thumbnail is, relative to the folder of the gallery.
    """
    record, known = example.record, facts.post_facts_of(example)
    post: dict[str, Any] = {
        "id": record.id,
        "url": record.url,
        "is_link": bool(post_of_url(record.url) and _SAFE_LINK.fullmatch(record.url)),
        "split": example.split,
        "pieces": text_pieces(example),
        "pictures": [
            {
                "name": name,
                "alt": known.alt_texts.get(name, ""),
                **(
                    {"fault": one.fault}
                    if one.fault
                    else {"source": path, "width": one.width, "height": one.height}
                ),
            }
            for name, one, path in zip(record.images, thumbnails, paths, strict=True)
        ],
        "problems": [
            {"level": row.level, "rule": row.rule, "found": row.found, "wanted": row.wanted}
            for row in facts.problems_of(example)
        ],
        "readings": [
            {"annotators": count, "spans": [list(span) for span in spans]}
            for count, spans in known.readings
        ],
        "is_sensitive": known.is_sensitive,
    }
    if record.origin:
        post["origin"] = record.origin
    return post


def text_pieces(example: Example) -> list[Any]:
    """Cut the text at its entities.

    Returns:
        Pieces that together are the whole text: a string, or `[words, type, images]` for an entity, where
        images are the numbers, from 1, of the images that are its evidence.
    """
    record = example.record
    if record.raw is not None and record.offsets is not None:
        text, offsets = record.raw, record.offsets
    else:
        text, offsets = " ".join(record.text), _offsets_when_joined(record.text)
    edges = [(offsets[span.start][0], offsets[span.end - 1][1]) for span in example.spans]
    numbers = {start: number for number, (start, _) in enumerate(edges)}
    pieces: list[Any] = []
    for start, end in stretches(len(text), edges):
        number = numbers.get(start)
        if number is None:
            pieces.append(text[start:end])
        else:
            evidence = record.evidence[number] if record.evidence else ()
            images = [position + 1 for position in evidence]
            pieces.append([text[start:end], example.spans[number].type, images])
    return pieces


def _offsets_when_joined(tokens: Sequence[str]) -> tuple[tuple[int, int], ...]:
    """Return the (start, end) of each token in the text of tokens joined by spaces."""
    offsets, at = [], 0
    for token in tokens:
        offsets.append((at, at + len(token)))
        at += len(token) + 1
    return tuple(offsets)


def index_row(
    example: Example, facts: Facts, thumbnails: Sequence[Thumbnail], rules: dict[str, int]
) -> IndexRow:
    """Return what the page filters a post by.

    Args:
        example: the record.
        facts: what is known of the posts besides the release.
        thumbnails: one per image of the record.
        rules: number of each rule id; a rule that is not in it yet is added.
    """
    types = {span.type for span in example.spans}
    known = facts.post_facts_of(example)
    broken = dict.fromkeys(row.rule for row in facts.problems_of(example))
    if any(one.fault for one in thumbnails):
        broken["picture"] = None
    return [
        example.split,
        len(example.record.images),
        sum(1 << bit for bit, name in enumerate(TYPES) if name in types),
        DISAGREEMENT * bool(known.readings) | SENSITIVE * known.is_sensitive,
        [rules.setdefault(rule, len(rules)) for rule in broken],
    ]
