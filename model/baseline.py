"""The dictionary baseline: what memory alone can do. A system that cannot beat it has learned nothing.

Every surface form of a training entity gets the type it had most often; in a text the longest form
that matches wins, from left to right, without regard to case.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from ..schema import EntityType, Record, Span


class Dictionary:
    """Surface forms of training entities and their commonest types."""

    def __init__(self, records: Iterable[Record]) -> None:
        seen: dict[tuple[str, ...], Counter[EntityType]] = defaultdict(Counter)
        for record in records:
            for span in record.spans:
                seen[_form(record.text[span.start : span.end])][span.type] += 1
        self._types = {form: counts.most_common(1)[0][0] for form, counts in seen.items()}
        self._longest = max(map(len, self._types), default=0)

    def spans(self, record: Record) -> list[Span]:
        """The entities of a record, in tokens."""
        found: list[Span] = []
        start = 0
        while start < len(record.text):
            for length in range(min(self._longest, len(record.text) - start), 0, -1):
                kind = self._types.get(_form(record.text[start : start + length]))
                if kind:
                    found.append(Span(start, start + length, kind))
                    start += length
                    break
            else:
                start += 1
        return found


def _form(tokens: Iterable[str]) -> tuple[str, ...]:
    return tuple(token.lower() for token in tokens)
