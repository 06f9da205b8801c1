"""Recurring oddities become one row each, with a count and the first line."""

from __future__ import annotations

from pathlib import Path

from mnerctl.schema import Problem
from mnerctl.schema.formats.repeated_notes import RepeatedNotes


def test_each_oddity_is_one_row_with_its_first_line_and_count() -> None:
    repeated = RepeatedNotes(Path("train.txt"))
    for line, name in ((3, "MIS"), (5, "OTHER"), (9, "MIS")):
        repeated.add(line, "label-alias", name, "MISC")
    assert repeated.problems() == [
        Problem("note", "label-alias", "train.txt:3", "MIS", "MISC", "2 times"),
        Problem("note", "label-alias", "train.txt:5", "OTHER", "MISC", "1 times"),
    ]


def test_nothing_odd_is_no_row() -> None:
    assert RepeatedNotes(Path("train.txt")).problems() == []
