"""Alpha: Krippendorff's own example, an example with spans computed by hand, and other programs."""

from __future__ import annotations

from collections import defaultdict
from random import Random

import krippendorff
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mnerctl.annotation.agreement.alpha import nominal_alpha, unitizing_alpha

# Krippendorff 2011, section C: four observers, 12 units, five values, with missing ones
KRIPPENDORFF = ("123321412...", "1233224125.3", ".3332342251.", "12332441251.")

Line = list[tuple[int, int, int]]
"""One annotator's spans on a line: value from 1, start, end."""


def coincidences_of_units(units: list[list[int]], size: int) -> list[list[float]]:
    """Return the coincidences of units, each given by the list of its values."""
    table = [[0.0] * size for _ in range(size)]
    for values in units:
        for one, c in enumerate(values):
            for other, k in enumerate(values):
                if one != other:
                    table[c][k] += 1 / (len(values) - 1)
    return table


def by_definition(lines: list[Line], length: int) -> float:
    """Return u-alpha segment by segment: formulas 1, 4 and 5 of Krippendorff et al. 2016 as printed."""
    whole: list[Line] = []
    for line in lines:
        at, segments = 0, []
        for value, start, end in sorted(line, key=lambda span: span[1]):
            segments += [(0, at, start)] * (at < start) + [(value, start, end)]
            at = end
        whole.append(segments + [(0, at, length)] * (at < length))
    return of_segments(whole)


def of_segments(whole: list[Line]) -> float:
    observed: dict[tuple[int, int], float] = defaultdict(float)
    own: dict[int, int] = defaultdict(int)
    for one, segments in enumerate(whole):
        for value, start, end in segments:
            own[value] += (end - start) ** 2 if value else end - start
            for other, others in enumerate(whole):
                for their, first, last in others if other != one else ():
                    shared = max(0, min(end, last) - max(start, first))
                    observed[value, their] += shared / (len(whole) - 1)
    total = sum(observed.values())
    margin = {c: sum(count for (k, _), count in observed.items() if k == c) for c in own}
    room = total**2 - sum(own.values())
    expected = {c: total * (margin[c] ** 2 - own[c]) / room for c in own}
    return 1 - (total - sum(observed[c, c] for c in own)) / (total - sum(expected.values()))


def ours(lines: list[Line], length: int) -> float | None:
    size = 1 + max((value for line in lines for value, _, _ in line), default=0)
    units = [[0] * len(lines) for _ in range(length)]
    squares = [0.0] * size
    for who, line in enumerate(lines):
        for value, start, end in line:
            squares[value] += (end - start) ** 2
            for at in range(start, end):
                units[at][who] = value
    return unitizing_alpha(coincidences_of_units(units, size), squares)


def test_krippendorff_2011() -> None:
    units = [[int(v) for v in unit if v != "."] for unit in zip(*KRIPPENDORFF, strict=True)]
    assert round(nominal_alpha(coincidences_of_units(units, 6)) or 0, 3) == 0.743


@pytest.mark.parametrize("seed", range(50))
def test_nominal_equals_the_krippendorff_package_on_random_values(seed: int) -> None:
    random = Random(seed)
    size, annotators = random.randint(2, 5), random.randint(2, 5)
    units = [
        [random.choice([None, *range(size)]) for _ in range(annotators)]
        for _ in range(random.randint(5, 40))
    ]
    given_values = [[v for v in unit if v is not None] for unit in units]
    theirs = krippendorff.alpha(
        [[float("nan") if v is None else v for v in row] for row in zip(*units, strict=True)],
        level_of_measurement="nominal",
        value_domain=list(range(size)),
    )
    assert nominal_alpha(coincidences_of_units(given_values, size)) == pytest.approx(theirs)


def test_spans_computed_by_hand() -> None:
    """The example of docs/explain/agreement.md: 1 - 4 * (400 - 28) / (20 * 178)."""
    lines = [[(1, 2, 5)], [(1, 2, 4), (2, 7, 8)]]
    assert ours(lines, 10) == pytest.approx(1 - 1488 / 3560)
    assert by_definition(lines, 10) == pytest.approx(1 - 1488 / 3560)


def test_this_definition_equals_that_of_an_independent_program() -> None:
    """The example on the page of KrippendorffUnitizedAlpha, with the same segments."""
    whole = [
        [(0, 0, 2), (1, 3, 14), (0, 15, 21), (1, 22, 52), (0, 53, 55)],
        [(0, 0, 2), (1, 3, 9), (0, 10, 21), (1, 22, 52), (0, 53, 55)],
        [(0, 0, 21), (1, 22, 45), (0, 46, 55)],
    ]
    assert of_segments(whole) == pytest.approx(0.5671992508994135)


@st.composite
def drawn_lines(draw: st.DrawFn) -> tuple[list[Line], int]:
    length = draw(st.integers(2, 30))
    lines: list[Line] = []
    for _ in range(draw(st.integers(2, 4))):
        edges = sorted(draw(st.sets(st.integers(0, length), max_size=8)))
        lines.append(
            [
                (draw(st.integers(1, 3)), start, end)
                for start, end in zip(edges[::2], edges[1::2], strict=False)
            ]
        )
    return lines, length


@given(drawn_lines())
def test_unitizing_equals_the_definition(drawn: tuple[list[Line], int]) -> None:
    lines, length = drawn
    value = ours(lines, length)
    if value is None:
        readings = {v for line in lines for v in values_of(line, length)}
        assert len(readings) == 1
    else:
        assert value == pytest.approx(by_definition(lines, length))


def values_of(line: Line, length: int) -> list[int]:
    values = [0] * length
    for value, start, end in line:
        values[start:end] = [value] * (end - start)
    return values


@pytest.mark.parametrize("seed", range(20))
def test_unitizing_equals_nominal_if_all_spans_have_length_one(seed: int) -> None:
    random = Random(seed)
    units = [[random.randrange(4) for _ in range(3)] for _ in range(30)]
    table = coincidences_of_units(units, 4)
    squares = [float(sum(unit.count(v) for unit in units)) for v in range(4)]
    theirs = krippendorff.alpha(
        [list(row) for row in zip(*units, strict=True)],
        level_of_measurement="nominal",
    )
    assert unitizing_alpha(table, squares) == pytest.approx(theirs)


def test_both_are_undefined_without_variance() -> None:
    for table in ([[0.0, 0.0], [0.0, 0.0]], [[9.0, 0.0], [0.0, 0.0]]):
        assert nominal_alpha(table) is None
        assert unitizing_alpha(table, [0.0, 0.0]) is None
