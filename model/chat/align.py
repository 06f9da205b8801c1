"""Find the strings of an answer among the tokens of a post: left to right, without overlaps.

Each string is searched after the previous one, then from the start: first exactly as written, then without
regard to case and white space. It must be a sequence of whole tokens. A string that is no such sequence is
invented; one whose places are all taken already is surplus. Strings are never corrected.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from ...schema import EntityType, Record, Span, entity_type
from .reply import NamedEntity

Why = Literal["invented", "surplus", "repeated", "unknown type"]
"""repeated: a surplus string, of which the same string with the same type has a place already."""


@dataclass(frozen=True, slots=True)
class Unplaced:
    """An entity of an answer that has no place in the post, and why."""

    named: NamedEntity
    why: Why

    @property
    def wrong_type(self) -> EntityType | None:
        """The type with which it counts as predicted and wrong; None if it does not count.

        A repeated entity counts once, at its first place. An entity of an unknown type has no row in our
        tables.
        """
        return None if self.why == "repeated" else entity_type(self.named.type)


@dataclass(frozen=True, slots=True)
class Aligned:
    """The entities of an answer.

    Attributes:
        spans: entities with a place, in tokens, in the order of the text.
        unplaced: entities without a place.
    """

    spans: tuple[Span, ...] = ()
    unplaced: tuple[Unplaced, ...] = ()


def align(record: Record, entities: Sequence[NamedEntity]) -> Aligned:
    """Give each entity its place, or the reason why it has none."""
    tokens = SearchableTokens(record)
    spans: list[Span] = []
    unplaced: list[Unplaced] = []
    placed: set[tuple[str, EntityType]] = set()
    cursor = 0
    for one in entities:
        kind = entity_type(one.type)
        if kind is None:
            unplaced.append(Unplaced(one, "unknown type"))
            continue
        places = tokens.places(one.text)
        free = [p for p in places if all(p.end <= t.start or t.end <= p.start for t in spans)]
        key = (_simplified(one.text), kind)
        if free:
            best = min(free, key=lambda p: (not p.is_exact, p.start < cursor, p.start))
            cursor = best.end
            spans.append(Span(best.start, best.end, kind))
            placed.add(key)
        elif not places:
            unplaced.append(Unplaced(one, "invented"))
        else:
            unplaced.append(Unplaced(one, "repeated" if key in placed else "surplus"))
    return Aligned(tuple(sorted(spans)), tuple(unplaced))


@dataclass(frozen=True, slots=True)
class Place:
    """A sequence of tokens that equals a string.

    Attributes:
        start: first token.
        end: token after the last one.
        is_exact: equal as written, not only without regard to case and white space.
    """

    start: int
    end: int
    is_exact: bool


class SearchableTokens:
    """The tokens of a record, in which strings can be found."""

    def __init__(self, record: Record) -> None:
        self._record = record
        self._simplified = [_simplified(word) for word in record.text]

    def places(self, text: str) -> list[Place]:
        """Return every sequence of tokens that equals the text."""
        return [
            Place(start, end, shown_text(self._record, start, end) == text.strip())
            for start, end in self._sequences(_simplified(text))
        ]

    def _sequences(self, wanted: str) -> Iterator[tuple[int, int]]:
        for start, first in enumerate(self._simplified):
            found, end = first, start + 1
            while end < len(self._simplified) and len(found) < len(wanted):
                found += self._simplified[end]
                end += 1
            if first and found == wanted:
                yield start, end


def shown_text(record: Record, start: int = 0, end: int | None = None) -> str:
    """Return the text of tokens as a model sees it: that of the post if it is known."""
    if record.raw is None or record.offsets is None:
        return " ".join(record.text[start:end])
    if end is None:
        return record.raw
    return record.raw[record.offsets[start][0] : record.offsets[end - 1][1]]


def _simplified(text: str) -> str:
    """Return the text in lower case, without white space and in one Unicode form."""
    return "".join(unicodedata.normalize("NFC", text).casefold().split())
