"""Records: every rule for a released example, and its line in a release."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import ValidationError

from mnerctl.schema import LABELS, Problem, Record, Span, is_base_name
from mnerctl.schema.record import validation_problems

FIELDS: dict[str, Any] = {
    "id": "1",
    "text": ("Michael", "Jordan", "in", "Paris"),
    "images": ("1_0.jpg", "1_1.png"),
    "label": ("B-PER", "I-PER", "O", "B-LOC"),
}


@pytest.mark.parametrize(
    ("fields", "rule", "found", "wanted"),
    [
        ({"label": ("O", "O")}, "label-count", "2 labels", "one for each of 4 tokens"),
        (
            {"label": ("B-PER", "I-PER", "O", "B-MIS")},
            "label",
            "label 'B-MIS'",
            f"one of {', '.join(LABELS)}",
        ),
        (
            {"label": ("O", "I-PER", "O", "O")},
            "bio",
            "label 'I-PER' of token 1 continues no entity",
            "BIO",
        ),
        (
            {"label": ("B-LOC", "I-PER", "O", "O")},
            "bio",
            "label 'I-PER' of token 1 continues no entity",
            "BIO",
        ),
        (
            {"images": ("../x.jpg",)},
            "image-name",
            "image '../x.jpg'",
            "a plain file name, without a folder",
        ),
        (
            {"raw": "Michael Jordan in Paris", "offsets": ((0, 7), (8, 14), (15, 17), (18, 22))},
            "offsets",
            "offsets",
            "ranges of raw that contain the tokens",
        ),
        (
            {"text": ("\ud83d\ude02", "b", "c", "\ud83d")},
            "surrogate",
            r"'\ud83d\ude02'",
            "text without half a surrogate pair",
        ),
        ({"id": ""}, "record-id", "id = ''", "String should have at least 1 character"),
        ({"id": 1}, "record-id", "id = 1", "Input should be a valid string"),
        (
            {"text": (), "label": ()},
            "record-text",
            "text = ()",
            "Tuple should have at least 1 item after validation, not 0",
        ),
        ({"mood": 1}, "record-mood", "mood = 1", "Extra inputs are not permitted"),
        ({"url": None}, "record-url", "url = None", "Input should be a valid string"),
    ],
)
def test_records_that_are_not_valid(
    fields: dict[str, Any], rule: str, found: str, wanted: str
) -> None:
    with pytest.raises(ValidationError) as caught:
        Record(**FIELDS | fields)
    rows = validation_problems(caught.value, "train.jsonl:7")
    assert rows == [Problem("error", rule, "train.jsonl:7", found, wanted)]


def test_a_long_value_is_shortened_in_the_row() -> None:
    with pytest.raises(ValidationError) as caught:
        Record(**FIELDS | {"url": ["x" * 100]})
    (row,) = validation_problems(caught.value, "x")
    assert row.found == "url = ['" + "x" * 55 + "..."


def test_the_line_of_a_release_has_the_published_fields_first() -> None:
    record = Record(
        **FIELDS, raw="Michael Jordan in Paris", offsets=((0, 7), (8, 14), (15, 17), (18, 23))
    )
    line = record.to_json()
    assert list(json.loads(line)) == ["id", "text", "images", "label", "url", "raw", "offsets"]
    assert "\n" not in line
    assert Record.model_validate_json(line) == record


def test_spans_are_in_tokens() -> None:
    assert Record(**FIELDS).spans == [Span(0, 2, "PER"), Span(3, 4, "LOC")]


@pytest.mark.parametrize(
    ("name", "is_plain"),
    [
        ("1_0.jpg", True),
        ("twitter2017-O_538.jpg", True),
        ("é 😂.png", True),
        ("", False),
        (".", False),
        ("..", False),
        (".hidden.jpg", False),
        ("../x.jpg", False),
        ("a/b.jpg", False),
        ("/etc/passwd", False),
        ("a\\b.jpg", False),
        ("C:x.jpg", False),
        ("a\nb.jpg", False),
        ("a\x00.jpg", False),
        ("a\u202egpj.exe", False),
        ("\ud800.jpg", False),
    ],
    ids=ascii,
)
def test_plain_file_names(name: str, is_plain: bool) -> None:
    assert is_base_name(name) is is_plain
