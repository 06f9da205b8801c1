"""Count what annotators did on a post, in numbers whose sums over posts give every measure of agreement.

`row_of` counts one post, for every pair of its annotators. A row is a list of whole numbers, one for each of
KEYS, so that rows can be added and resampled (`bootstrap.py`). `Totals` names the numbers of a row, or of a
sum of rows, and computes the measures of `kappa.py` and `alpha.py` from them.

Example: on the text "Ada in Paris", ada marks Ada as PER and Paris as LOC, ben marks Ada as PER. Everything
that is not 0 in the row is:

    ("tags", "B-PER", "B-PER")   1    both tag "Ada" B-PER
    ("tags", "O", "O")           1    both tag "in" O
    ("tags", "B-LOC", "O")       1    ada tags "Paris" B-LOC, ben tags it O
    ("squares", "PER")           2    two PER spans of one token: 1 * 1 + 1 * 1
    ("squares", "LOC")           1
    ("first", "PER")             1    spans of the first annotator of the pair,
    ("second", "PER")            1    of the second,
    ("both", "PER")              1    and those that both have
    ("first", "LOC")             1
    ("same place",)              1    spans with equal start and end, of any type

In kappa and alpha a post counts 1 / (annotators - 1) for each pair, so that it weighs as much as it has
annotators. To keep the numbers whole, "tags" and "squares" are multiplied by `scale_of(posts)`; here it is 1.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import lcm
from typing import Final, Self

from ...schema import LABELS, TYPES, Counts, EntityType, score_spans, spans_from_tags
from .alpha import nominal_alpha, unitizing_alpha
from .kappa import Table, cohen_kappa, fleiss_kappa
from .shared_post import SharedPost

Key = tuple[str, ...]

KEYS: Final[tuple[Key, ...]] = (
    *(("tags", one, other) for one in LABELS for other in LABELS),
    *(("squares", type_) for type_ in TYPES),
    *((whose, type_) for type_ in TYPES for whose in ("first", "second", "both")),
    ("same place",),
)
"""The names of the numbers in a row, in its order."""
_ZEROS: Final = dict.fromkeys(KEYS, 0)


@dataclass(frozen=True, slots=True)
class Scope:
    """The types that a measure looks at, each with the number of the class that it falls into, from 1.

    types: the types that count; the others are read as if they had not been marked.
    values: for each label the class of its type, 0 for outside.
    tags: for each label its row and column in a table of tags: 0 for outside, then B and I of each class.
    """

    types: tuple[EntityType, ...]
    values: Mapping[str, int]
    tags: Mapping[str, int]

    @classmethod
    def of(cls, classes: Mapping[EntityType, int]) -> Self:
        """Return the scope in which these types count, those of one class as if they were one type."""
        values = {label: 0 for label in LABELS}
        tags = dict(values)
        for type_, number in classes.items():
            values[f"B-{type_}"] = values[f"I-{type_}"] = number
            tags[f"B-{type_}"], tags[f"I-{type_}"] = 2 * number - 1, 2 * number
        return cls(tuple(classes), values, tags)


ALL: Final = Scope.of({type_: number for number, type_ in enumerate(TYPES, start=1)})
ANY: Final = Scope.of(dict.fromkeys(TYPES, 1))
BY_TYPE: Final = {type_: Scope.of({type_: 1}) for type_ in TYPES}


def scale_of(posts: Sequence[SharedPost]) -> int:
    """Return the smallest number that makes 1 / (annotators - 1) whole for every post."""
    return lcm(*(len(post.tags) - 1 for post in posts))


def row_of(post: SharedPost, scale: int) -> list[int]:
    """Return the row of a post, in the order of KEYS."""
    row = _ZEROS.copy()
    weight = scale // (len(post.tags) - 1)
    for first, second in combinations(post.tags, 2):
        pairs = Counter(zip(post.tags[first], post.tags[second], strict=True))
        for (one, other), times in pairs.items():
            row["tags", one, other] += weight * times
        found = score_spans([post.spans[first]], [post.spans[second]])
        for type_, counts in found.by_type.items():
            if counts.gold or counts.predicted:
                row["first", type_] += counts.gold
                row["second", type_] += counts.predicted
                row["both", type_] += counts.correct
        places = [{(span.start, span.end) for span in post.spans[who]} for who in (first, second)]
        row["same place",] += len(places[0] & places[1])
    for tags in post.tags.values():
        for span in spans_from_tags(tags):
            row["squares", span.type] += scale * (span.end - span.start) ** 2
    return list(row.values())


@dataclass(frozen=True, slots=True)
class Totals:
    """A sum of rows.

    tags: tokens by the tags of the first and second annotator of a pair, weighted; without zeros.
    squares: the sum of squared lengths of the spans of each type, in tokens.
    spans: for each type the spans of the first annotator (`gold`), of the second and of both.
    same_place: spans that both have in the same place, of any type.
    """

    tags: dict[tuple[str, str], float]
    squares: dict[EntityType, float]
    spans: dict[EntityType, Counts]
    same_place: int

    @classmethod
    def of(cls, row: Sequence[int], scale: int) -> Self:
        """Give the numbers of a row, or of a sum of rows, their names."""
        numbers = {key: number for key, number in zip(KEYS, row, strict=True) if number}

        def count(whose: str, type_: str) -> int:
            return numbers.get((whose, type_), 0)

        return cls(
            tags={
                (key[1], key[2]): number / scale
                for key, number in numbers.items()
                if key[0] == "tags"
            },
            squares={type_: count("squares", type_) / scale for type_ in TYPES},
            spans={
                type_: Counts(count("first", type_), count("second", type_), count("both", type_))
                for type_ in TYPES
            },
            same_place=numbers.get(("same place",), 0),
        )

    def count_spans(self, scope: Scope) -> Counts:
        """Return the spans of the first and second annotators of all pairs, and those that agree exactly."""
        total = sum((self.spans[type_] for type_ in scope.types), start=Counts(0, 0, 0))
        return Counts(total.gold, total.predicted, self.same_place) if scope is ANY else total

    def measures(self, scope: Scope) -> dict[str, float | None]:
        """Return every measure by its name. `cohen_kappa` is meaningful for one pair of annotators only."""
        tags = self._table(scope.tags)
        tag_coincidences = _both_ways(tags)
        value_coincidences = _both_ways(self._table(scope.values))
        squares = [0.0] * len(value_coincidences)
        for type_ in scope.types:
            squares[scope.values[f"B-{type_}"]] += self.squares[type_]
        spans = self.count_spans(scope)
        return {
            "f1": spans.f1 if spans.gold + spans.predicted else None,
            "cohen_kappa": cohen_kappa(tags),
            "fleiss_kappa": fleiss_kappa(tag_coincidences),
            "alpha": nominal_alpha(tag_coincidences),
            "u_alpha": unitizing_alpha(value_coincidences, squares),
        }

    def _table(self, places: Mapping[str, int]) -> list[list[float]]:
        """Return the tags of first by second annotators, each label in the row and column `places[label]`."""
        size = max(places.values()) + 1
        table = [[0.0] * size for _ in range(size)]
        for (one, other), number in self.tags.items():
            table[places[one]][places[other]] += number
        return table


def _both_ways(table: Table) -> list[list[float]]:
    """Return coincidences: each pair of annotators in both orders."""
    size = range(len(table))
    return [[table[c][k] + table[k][c] for k in size] for c in size]
