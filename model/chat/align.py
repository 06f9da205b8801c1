"""Where the strings of an answer stand among the tokens of a post: left to right, none over another.

Each string is looked for behind the one before it and, where it is not there, from the start: first as it
is written, then without regard to case and white space. It must be a run of whole tokens. A string that is
no such run is invented; one whose every place is taken already is surplus. What it does not do: mend.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from ...schema import EntityType, Record, Span, entity_type
from .reply import Named

Why = Literal["invented", "surplus", "repeated", "unknown type"]
"""repeated: a surplus one whose like, with the same type, has been placed."""


@dataclass(frozen=True, slots=True)
class Unplaced:
    """An entity of an answer that stands nowhere."""

    named: Named
    why: Why

    @property
    def wrong_type(self) -> EntityType | None:
        """The type as which it counts as predicted and wrong; None where it does not count in scores.

        One said twice is said once. One of a type that we do not have is in no row of a table of ours.
        """
        return None if self.why == "repeated" else entity_type(self.named.type)


@dataclass(frozen=True, slots=True)
class Aligned:
    """spans: in tokens, in the order of the text."""

    spans: tuple[Span, ...] = ()
    unplaced: tuple[Unplaced, ...] = ()


def align(record: Record, entities: Sequence[Named]) -> Aligned:
    """Gives each entity its place, or says why it has none."""
    words = Words(record)
    spans: list[Span] = []
    unplaced: list[Unplaced] = []
    said: set[tuple[str, EntityType]] = set()
    cursor = 0
    for one in entities:
        kind = entity_type(one.type)
        if kind is None:
            unplaced.append(Unplaced(one, "unknown type"))
            continue
        places = words.places(one.text)
        free = [p for p in places if all(p.end <= t.start or t.end <= p.start for t in spans)]
        key = (_plain(one.text), kind)
        if free:
            best = min(free, key=lambda p: (not p.is_exact, p.start < cursor, p.start))
            cursor = best.end
            spans.append(Span(best.start, best.end, kind))
            said.add(key)
        elif not places:
            unplaced.append(Unplaced(one, "invented"))
        else:
            unplaced.append(Unplaced(one, "repeated" if key in said else "surplus"))
    return Aligned(tuple(sorted(spans)), tuple(unplaced))


@dataclass(frozen=True, slots=True)
class Place:
    """A run of tokens that a string is. is_exact: as it is written; alike otherwise."""

    start: int
    end: int
    is_exact: bool


class Words:
    """The tokens of a record as strings to look for."""

    def __init__(self, record: Record) -> None:
        self._record = record
        self._plain = [_plain(word) for word in record.text]

    def places(self, text: str) -> list[Place]:
        """Every run of tokens that the text is."""
        return [
            Place(start, end, shown(self._record, start, end) == text.strip())
            for start, end in self._runs(_plain(text))
        ]

    def _runs(self, wanted: str) -> Iterator[tuple[int, int]]:
        for start, first in enumerate(self._plain):
            found, end = first, start + 1
            while end < len(self._plain) and len(found) < len(wanted):
                found += self._plain[end]
                end += 1
            if first and found == wanted:
                yield start, end


def shown(record: Record, start: int = 0, end: int | None = None) -> str:
    """The text of tokens as a model gets to see it: as the post has it where that is known."""
    if record.raw is None or record.offsets is None:
        return " ".join(record.text[start:end])
    if end is None:
        return record.raw
    return record.raw[record.offsets[start][0] : record.offsets[end - 1][1]]


def _plain(text: str) -> str:
    """Without case and white space, in one form of Unicode."""
    return "".join(unicodedata.normalize("NFC", text).casefold().split())
