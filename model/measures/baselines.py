"""Two baselines that only memorise the training data; a system that does not beat them has learned nothing.

`Dictionary` gives every surface form of a training entity its most frequent type; in a text, the longest
matching form wins, from left to right. `Majority` gives every word its most frequent label, and O to words
that training never had. Both ignore case. Ties go to what came first in train.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from ...schema import EntityType, Record, Span, as_bio, score_spans, spans_from_tags
from ...schema.labels import OUTSIDE


class Dictionary:
    """Surface forms of training entities, each with its most frequent type."""

    def __init__(self, records: Iterable[Record]) -> None:
        counts: dict[tuple[str, ...], Counter[EntityType]] = defaultdict(Counter)
        for record in records:
            for span in record.spans:
                counts[_lower(record.text[span.start : span.end])][span.type] += 1
        self._types = {form: types.most_common(1)[0][0] for form, types in counts.items()}
        self._longest = max(map(len, self._types), default=0)

    def spans(self, record: Record) -> list[Span]:
        """Return the entities of a record, in tokens."""
        found: list[Span] = []
        start = 0
        while start < len(record.text):
            for length in range(min(self._longest, len(record.text) - start), 0, -1):
                kind = self._types.get(_lower(record.text[start : start + length]))
                if kind:
                    found.append(Span(start, start + length, kind))
                    start += length
                    break
            else:
                start += 1
        return found


class Majority:
    """Words of train, each with its most frequent label."""

    def __init__(self, records: Iterable[Record]) -> None:
        counts: dict[str, Counter[str]] = defaultdict(Counter)
        for record in records:
            for word, label in zip(_lower(record.text), record.label, strict=True):
                counts[word][label] += 1
        self._labels = {word: labels.most_common(1)[0][0] for word, labels in counts.items()}

    def spans(self, record: Record) -> list[Span]:
        """Return the entities of a record, in tokens; an `I-` that continues nothing begins an entity."""
        labels = [self._labels.get(word, OUTSIDE) for word in _lower(record.text)]
        return spans_from_tags(as_bio(labels)[0])


def baselines(train: Sequence[Record], test: Sequence[Record]) -> dict[str, float]:
    """Return the strict micro F1 on test, 0 to 1, of each baseline by its name."""
    gold = [record.spans for record in test]
    by_name: dict[str, Dictionary | Majority] = {
        "dictionary": Dictionary(train),
        "majority": Majority(train),
    }
    return {
        name: score_spans(gold, [baseline.spans(record) for record in test]).micro.f1
        for name, baseline in by_name.items()
    }


def _lower(tokens: Iterable[str]) -> tuple[str, ...]:
    return tuple(token.lower() for token in tokens)
