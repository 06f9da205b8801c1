"""Names of files: which can be used, and which a text gives."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mnerctl.schema.files.file_name import base_name_of, is_base_name, path_fault


@pytest.mark.parametrize(
    ("name", "is_plain"),
    [
        ("x" * 255, True),
        ("x" * 256, False),
        ("é" * 127, True),
        ("é" * 128, False),
        ("\udcff", False),
    ],
)
def test_a_name_has_at_most_255_bytes(name: str, is_plain: bool) -> None:
    assert is_base_name(name) is is_plain


@given(st.text(st.characters(), max_size=400))
def test_any_text_gives_a_plain_name(text: str) -> None:
    assert is_base_name(base_name_of(text))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("mner-1.0.0-tpm-mi-quick", "mner-1.0.0-tpm-mi-quick"),
        ("../../etc/passwd", "-..-etc-passwd"),
        ("a\nb", "a-b"),
        ("", "unnamed"),
        ("...", "unnamed"),
    ],
)
def test_the_name_of_a_report(text: str, name: str) -> None:
    assert base_name_of(text) == name


@pytest.mark.parametrize(
    ("path", "fault"),
    [
        ("a/" * 100, ""),
        ("x" * 255, ""),
        ("a/" + "x" * 256, "a name of 256 bytes; wanted at most 255"),
        ("a/" * 2001, "4,002 bytes; wanted at most 4,000"),
        ("a\0b", "it has a NUL character"),
        ("\udcff", ""),
    ],
)
def test_a_path_that_no_file_can_have(path: str, fault: str) -> None:
    assert path_fault(path) == fault
