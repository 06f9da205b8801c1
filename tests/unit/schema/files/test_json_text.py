"""JSON of others: one kind of error for all that is wrong with it."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mnerctl.schema.files.json_text import MAX_DEPTH, NotJson, parse_json

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(VALUES)
def test_json_is_read_exactly(value: object) -> None:
    text = json.dumps(value)
    assert parse_json(text) == parse_json(text.encode()) == json.loads(text)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "Expecting value at column 1"),
        ('{"a": 1,\n "b": }', "Expecting value at column 7 of line 2"),
        ("NaN", "NaN is not JSON"),
        ("[-Infinity]", "-Infinity is not JSON"),
        ("1e999", "the number 1e999 is out of range"),
        ("9" * 5000, "Exceeds the limit"),
        ("[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1), "nested deeper than 100"),
        ('{"a":' * 500 + "1" + "}" * 500, "nested deeper than 100"),
        ("[" * 10**6, "nested deeper than 100"),
        (b"\xff\xff", "not UTF-8 at byte 0"),
        (b"\x00", "Expecting value"),
    ],
)
def test_everything_else_is_one_error(text: str | bytes, why: str) -> None:
    with pytest.raises(NotJson) as error:
        parse_json(text)
    assert str(error.value).startswith(why)


def test_many_brackets_are_not_deep() -> None:
    assert len(parse_json("[" + "[[]]," * 1000 + "0]")) == 1001
    assert parse_json("[" * MAX_DEPTH + "]" * MAX_DEPTH)
