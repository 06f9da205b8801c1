"""Deliberate label errors: the requested number, in the listed places, and nowhere else."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from mnerctl.schema import Record, Release, Span
from support.corrupted import KINDS, Fault, corrupted, relabelled

TEXT = ("Ada", "flew", "to", "New", "York", "with", "NASA", "!")
SPANS = [Span(0, 1, "PER"), Span(3, 5, "LOC"), Span(6, 7, "ORG")]


def release(posts: int) -> Release:
    blank = [
        Record(id=str(number), text=TEXT, label=("O",) * len(TEXT), images=())
        for number in range(posts)
    ]
    records = tuple(relabelled(record, SPANS) for record in blank)
    splits = {"train": records[: posts // 2], "dev": (), "test": records[posts // 2 :]}
    return Release("made", Path(), splits, Path)  # type: ignore[arg-type]


def test_the_changed_spans_are_the_listed_faults() -> None:
    clean = release(40)
    bad, faults = corrupted(clean, 0.2, seed=3)
    assert Counter(fault.kind for fault in faults) == dict.fromkeys(KINDS, 6)
    made: dict[tuple[str, int], set[tuple[Span | None, Span | None]]] = {}
    for fault in faults:
        made.setdefault((fault.split, fault.record), set()).add((fault.given, fault.true))
    for split, records in bad.splits.items():
        for number, record in enumerate(records):
            here = made.get((split, number), set())
            gone, come = {true for _, true in here} - {None}, {given for given, _ in here} - {None}
            assert set(record.spans) == (set(SPANS) - gone) | come
            assert Record.model_validate(record.model_dump()) == record
            assert record.text == TEXT


@pytest.mark.parametrize(
    ("kind", "given", "true"),
    [
        ("type", True, True),
        ("boundary", True, True),
        ("spurious", True, False),
        ("missing", False, True),
    ],
)
def test_each_kind_changes_what_it_should(kind: str, given: bool, true: bool) -> None:
    _, faults = corrupted(release(60), 0.5, seed=1)
    of_kind = [fault for fault in faults if fault.kind == kind]
    assert of_kind
    for fault in of_kind:
        assert ((fault.given is not None), (fault.true is not None)) == (given, true)
        if kind == "type" and fault.given and fault.true:
            assert (fault.given.start, fault.given.end) == (fault.true.start, fault.true.end)
            assert fault.given.type != fault.true.type
        if kind == "boundary" and fault.given and fault.true:
            assert fault.given.type == fault.true.type
            moved = abs(fault.given.start - fault.true.start) + abs(
                fault.given.end - fault.true.end
            )
            assert moved == 1
        if kind == "spurious" and fault.given:
            assert "!" not in TEXT[fault.given.start : fault.given.end]


def test_the_same_seed_makes_the_same_faults() -> None:
    def faults(seed: int) -> list[Fault]:
        return corrupted(release(20), 0.3, seed=seed)[1]

    assert faults(1) == faults(1)
    assert faults(1) != faults(2)


def test_a_text_full_of_entities_gets_no_spurious_or_boundary_errors() -> None:
    full = Record(id="1", text=("Ada",), label=("B-PER",), images=())
    made = Release("made", Path(), {"train": (full,) * 8, "dev": (), "test": ()}, Path)  # type: ignore[arg-type]
    _, faults = corrupted(made, 1.0, seed=1)
    assert Counter(fault.kind for fault in faults) == {"type": 6, "missing": 2}
