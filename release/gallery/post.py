"""A post as the gallery's page is given it: plain data, that only a script of ours turns into elements."""

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
_LINKED: Final = re.compile(r"https://(?:www\.|mobile\.)?(?:twitter|x)\.com/\S*", re.ASCII)

Row = list[Any]
"""Of the index: split, number of images, types (a bit each), flags, rules of its problems."""


def post_data(
    example: Example, facts: Facts, thumbnails: Sequence[Thumbnail], sources: Sequence[str]
) -> dict[str, Any]:
    """The data of one post. sources: the thumbnails' places in the gallery."""
    record, known = example.record, facts.of(example)
    post: dict[str, Any] = {
        "id": record.id,
        "url": record.url,
        "is_link": bool(post_of_url(record.url) and _LINKED.fullmatch(record.url)),
        "split": example.split,
        "pieces": pieces(example),
        "pictures": [
            {
                "name": name,
                "alt": known.alt_texts.get(name, ""),
                **(
                    {"fault": one.fault}
                    if one.fault
                    else {"source": source, "width": one.width, "height": one.height}
                ),
            }
            for name, one, source in zip(record.images, thumbnails, sources, strict=True)
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


def pieces(example: Example) -> list[Any]:
    """The whole text: strings, and [words, type, numbers of the images that tell (from 1)]."""
    record = example.record
    if record.raw is not None and record.offsets is not None:
        text, offsets = record.raw, record.offsets
    else:
        text, offsets = " ".join(record.text), _joined(record.text)
    edges = [(offsets[span.start][0], offsets[span.end - 1][1]) for span in example.spans]
    numbers = {start: number for number, (start, _) in enumerate(edges)}
    found: list[Any] = []
    for start, end in stretches(len(text), edges):
        number = numbers.get(start)
        if number is None:
            found.append(text[start:end])
        else:
            shown_by = record.evidence[number] if record.evidence else ()
            images = [position + 1 for position in shown_by]
            found.append([text[start:end], example.spans[number].type, images])
    return found


def _joined(tokens: Sequence[str]) -> tuple[tuple[int, int], ...]:
    """Where each token stands when they are joined by spaces."""
    places, at = [], 0
    for token in tokens:
        places.append((at, at + len(token)))
        at += len(token) + 1
    return tuple(places)


def index_row(
    example: Example, facts: Facts, thumbnails: Sequence[Thumbnail], rules: dict[str, int]
) -> Row:
    """What the page filters by. rules: rule id to its number, a new one is added."""
    types = {span.type for span in example.spans}
    known = facts.of(example)
    broken = {rule for rule in ("picture",) if any(one.fault for one in thumbnails)}
    named = dict.fromkeys([*(row.rule for row in facts.problems_of(example)), *broken])
    return [
        example.split,
        len(example.record.images),
        sum(1 << bit for bit, name in enumerate(TYPES) if name in types),
        DISAGREEMENT * bool(known.readings) | SENSITIVE * known.is_sensitive,
        [rules.setdefault(rule, len(rules)) for rule in named],
    ]
