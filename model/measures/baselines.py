"""What memory alone can do, in two ways. A system that cannot beat them has learned nothing.

`Dictionary`: every surface form of a training entity gets the type it had most often; in a text the longest
form that matches wins, from left to right. `Majority`: every word gets the label it had most often, and
one that training never had gets O. Neither regards case. Ties: what came first in train.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from ...schema import EntityType, Record, Span, as_bio, score_spans, spans_from_tags
from ...schema.labels import OUTSIDE


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


class Majority:
    """Words of train and their commonest labels."""

    def __init__(self, records: Iterable[Record]) -> None:
        seen: dict[str, Counter[str]] = defaultdict(Counter)
        for record in records:
            for word, label in zip(_form(record.text), record.label, strict=True):
                seen[word][label] += 1
        self._labels = {word: counts.most_common(1)[0][0] for word, counts in seen.items()}

    def spans(self, record: Record) -> list[Span]:
        """The entities of a record, in tokens; a label that continues nothing begins an entity."""
        labels = [self._labels.get(word, OUTSIDE) for word in _form(record.text)]
        return spans_from_tags(as_bio(labels)[0])


def baselines(train: Sequence[Record], test: Sequence[Record]) -> dict[str, float]:
    """Strict micro F1 on test, 0 to 1, of each."""
    gold = [record.spans for record in test]
    kinds: dict[str, Dictionary | Majority] = {
        "dictionary": Dictionary(train),
        "majority": Majority(train),
    }
    return {
        name: score_spans(gold, [baseline.spans(record) for record in test]).micro.f1
        for name, baseline in kinds.items()
    }


def _form(tokens: Iterable[str]) -> tuple[str, ...]:
    return tuple(token.lower() for token in tokens)
