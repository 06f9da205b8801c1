"""Spans, annotations and gold, and the ones that are not valid."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from mnerctl.schema import Annotation, Gold, Span
from mnerctl.schema.span import first_overlap

TEXT = "👨‍👩‍👧 Jordan in Paris"  # the family is 5 code points


@pytest.mark.parametrize(
    ("start", "end", "kind", "message"),
    [
        (-1, 2, "PER", "span [-1, 2): wanted 0 <= start < end"),
        (2, 2, "PER", "span [2, 2): wanted 0 <= start < end"),
        (3, 2, "PER", "span [3, 2): wanted 0 <= start < end"),
        (0, 1, "MIS", "span type 'MIS': wanted one of PER, LOC, ORG, MISC"),
        (0, 1, "O", "span type 'O': wanted one of PER, LOC, ORG, MISC"),
    ],
)
def test_spans_that_are_not_valid(start: int, end: int, kind: Any, message: str) -> None:
    with pytest.raises(ValueError) as caught:
        Span(start, end, kind)
    assert str(caught.value) == message


def test_spans_sort_by_position() -> None:
    spans = [Span(3, 4, "LOC"), Span(0, 2, "PER"), Span(0, 1, "PER")]
    assert sorted(spans) == [Span(0, 1, "PER"), Span(0, 2, "PER"), Span(3, 4, "LOC")]


@pytest.mark.parametrize(
    ("spans", "clash"),
    [
        ([], None),
        ([Span(0, 2, "PER"), Span(2, 4, "PER")], None),
        ([Span(2, 4, "PER"), Span(0, 2, "LOC")], None),
        ([Span(0, 3, "PER"), Span(2, 4, "LOC")], (Span(0, 3, "PER"), Span(2, 4, "LOC"))),
        ([Span(0, 9, "PER"), Span(4, 5, "LOC")], (Span(0, 9, "PER"), Span(4, 5, "LOC"))),
        ([Span(0, 1, "PER"), Span(0, 1, "LOC")], (Span(0, 1, "LOC"), Span(0, 1, "PER"))),
    ],
)
def test_the_first_overlap(spans: list[Span], clash: tuple[Span, Span] | None) -> None:
    assert first_overlap(spans) == clash


def test_the_spans_of_an_annotation_are_in_code_points() -> None:
    jordan, paris = Span(6, 12, "PER"), Span(16, 21, "LOC")
    done = Annotation(
        post_id="1", annotator="ada", text=TEXT, spans=(jordan, paris), evidence=((0,), ())
    )
    assert [TEXT[span.start : span.end] for span in done.spans] == ["Jordan", "Paris"]
    assert Annotation.model_validate_json(done.model_dump_json()) == done


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        (
            {"spans": (Span(16, 22, "LOC"),)},
            "span [16, 22): wanted inside the text of 21 code points",
        ),
        (
            {"spans": (Span(16, 21, "LOC"), Span(6, 12, "PER"))},
            "spans: wanted in the order of the text",
        ),
        (
            {"spans": (Span(6, 12, "PER"), Span(8, 9, "LOC"))},
            "spans Span(start=6, end=12, type='PER') and Span(start=8, end=9, type='LOC') overlap:"
            " wanted no overlap",
        ),
        (
            {"spans": (Span(6, 12, "PER"),), "evidence": ((0,), (1,))},
            "evidence: wanted one entry for each span",
        ),
        (
            {"spans": (Span(6, 12, "PER"),), "status": "skipped"},
            "a skipped annotation has no spans",
        ),
        (
            {"text": "", "spans": (Span(0, 1, "PER"),)},
            "span [0, 1): wanted inside the text of 0 code points",
        ),
    ],
)
def test_annotations_that_are_not_valid(fields: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Annotation(**{"post_id": "1", "annotator": "ada", "text": TEXT} | fields)
    assert [fault["msg"] for fault in caught.value.errors()] == [f"Value error, {message}"]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"annotator": ""}, "annotator"),
        ({"round": 0}, "round"),
        ({"status": "maybe"}, "status"),
        ({"mood": "good"}, "mood"),
        ({"relevance": ("sometimes",)}, "relevance"),
    ],
)
def test_fields_of_an_annotation_that_are_not_valid(fields: dict[str, Any], field: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Annotation(**{"post_id": "1", "annotator": "ada", "text": TEXT} | fields)
    assert {fault["loc"][0] for fault in caught.value.errors()} == {field}


def test_gold_is_the_same_after_json() -> None:
    gold = Gold(post_id="1", text=TEXT, spans=(Span(6, 12, "PER"),), how="annotator:ada")
    assert Gold.model_validate_json(gold.model_dump_json()) == gold
