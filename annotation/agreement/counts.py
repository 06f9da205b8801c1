"""What is counted on a post: a row of whole numbers whose sum over posts gives every measure of agreement.

A row holds, for all pairs of annotators of the post: their tags against each other, the squared lengths of
their spans, and their spans in common. What it does not do: measure (`kappa.py`, `alpha.py`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from math import lcm
from typing import Final, Self

from ...schema import LABELS, TYPES, Counts, score_spans, spans_from_tags
from .alpha import nominal_alpha, unitizing_alpha
from .kappa import Table, cohen_kappa, fleiss_kappa
from .shared_post import SharedPost

_TAG: Final = {tag: number for number, tag in enumerate(LABELS)}
_CELLS: Final = len(LABELS) ** 2


@dataclass(frozen=True, slots=True)
class Scope:
    """Which spans count. tags: for each of LABELS what it is read as, 0 for outside; types: the same
    without the difference of B and I, for spans on a line. counted: the places in TYPES.
    """

    tags: tuple[int, ...]
    types: tuple[int, ...]
    counted: tuple[int, ...]


def _only(type_: int) -> Scope:
    """As if only this type had been marked."""
    b, i = 1 + 2 * type_, 2 + 2 * type_
    tags = tuple((n == b) + 2 * (n == i) for n in range(len(LABELS)))
    return Scope(tags, tuple(min(tag, 1) for tag in tags), (type_,))


_EVERY: Final = tuple(range(len(TYPES)))
ALL: Final = Scope(tuple(range(len(LABELS))), (0, 1, 1, 2, 2, 3, 3, 4, 4), _EVERY)
ANY: Final = Scope((0, 1, 2, 1, 2, 1, 2, 1, 2), (0, *[1] * (len(LABELS) - 1)), _EVERY)
BY_TYPE: Final = {name: _only(number) for number, name in enumerate(TYPES)}


def scale_of(posts: Sequence[SharedPost]) -> int:
    """What 1 / (annotators - 1) is multiplied by, so that it is a whole number for every post."""
    return lcm(*(len(post.tags) - 1 for post in posts))


def row_of(post: SharedPost, scale: int) -> list[int]:
    """The row of a post: tags x tags, squares by type, spans of both and common by type, common extents."""
    weight = scale // (len(post.tags) - 1)
    cells = [0] * _CELLS
    counts = [0] * (3 * len(TYPES))
    extents = 0
    for one, other in combinations(post.tags, 2):
        for (c, k), times in Counter(zip(post.tags[one], post.tags[other], strict=True)).items():
            cells[_TAG[c] * len(LABELS) + _TAG[k]] += weight * times
        by_type = score_spans([post.spans[one]], [post.spans[other]]).by_type
        for place, found in enumerate(by_type.values()):
            counts[3 * place] += found.gold
            counts[3 * place + 1] += found.predicted
            counts[3 * place + 2] += found.correct
        places = [{(span.start, span.end) for span in post.spans[name]} for name in (one, other)]
        extents += len(places[0] & places[1])
    squares = [0] * len(TYPES)
    for tags in post.tags.values():
        for span in spans_from_tags(tags):
            squares[TYPES.index(span.type)] += scale * (span.end - span.start) ** 2
    return [*cells, *squares, *counts, extents]


@dataclass(frozen=True, slots=True)
class Tally:
    """The sum of rows. confusion: LABELS x LABELS, first annotator by second. squares, counts: by TYPES."""

    confusion: list[list[float]]
    squares: list[float]
    counts: list[Counts]
    extents: int

    @classmethod
    def of(cls, row: Sequence[int], scale: int) -> Self:
        """What a row or a sum of rows says."""
        width, types = len(LABELS), len(TYPES)
        numbers = row[_CELLS + types :]
        return cls(
            [[n / scale for n in row[at : at + width]] for at in range(0, _CELLS, width)],
            [n / scale for n in row[_CELLS : _CELLS + types]],
            [Counts(*numbers[at : at + 3]) for at in range(0, 3 * types, 3)],
            numbers[-1],
        )

    def spans(self, scope: Scope) -> Counts:
        """Spans of the first and second annotators of all pairs, and those that agree exactly."""
        total = sum((self.counts[place] for place in scope.counted), start=Counts(0, 0, 0))
        return Counts(total.gold, total.predicted, self.extents) if scope is ANY else total

    def values(self, scope: Scope) -> dict[str, float | None]:
        """Every measure by its name. `cohen_kappa` means something for one pair of annotators only."""
        tags = _merged(self.confusion, scope.tags)
        lengths = _both_ways(_merged(self.confusion, scope.types))
        squares = [0.0] * len(lengths)
        for place in scope.counted:
            squares[scope.types[1 + 2 * place]] += self.squares[place]
        coincidences = _both_ways(tags)
        spans = self.spans(scope)
        return {
            "f1": spans.f1 if spans.gold + spans.predicted else None,
            "cohen_kappa": cohen_kappa(tags),
            "fleiss_kappa": fleiss_kappa(coincidences),
            "alpha": nominal_alpha(coincidences),
            "u_alpha": unitizing_alpha(lengths, squares),
        }


def _merged(table: Table, into: Sequence[int]) -> list[list[float]]:
    """The table with label n read as `into[n]`."""
    size = max(into) + 1
    merged = [[0.0] * size for _ in range(size)]
    for c, row in zip(into, table, strict=True):
        for k, count in zip(into, row, strict=True):
            if count:
                merged[c][k] += count
    return merged


def _both_ways(confusion: Table) -> list[list[float]]:
    """Coincidences: each pair of annotators in both orders."""
    size = range(len(confusion))
    return [[confusion[c][k] + confusion[k][c] for k in size] for c in size]
