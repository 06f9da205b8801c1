"""The label set, and other spellings of its types and splits."""

from __future__ import annotations

import pytest

from mnerctl.schema import LABELS, SPLITS, TYPES, entity_type
from mnerctl.schema.labels import SPLIT_ALIASES, TYPE_ALIASES


def test_the_label_set_is_fixed() -> None:
    assert TYPES == ("PER", "LOC", "ORG", "MISC")
    assert " ".join(LABELS) == "O B-PER I-PER B-LOC I-LOC B-ORG I-ORG B-MISC I-MISC"
    assert SPLITS == ("train", "dev", "test")


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("PER", "PER"),
        ("person", "PER"),
        ("Location", "LOC"),
        ("ORGANIZATION", "ORG"),
        ("organisation", "ORG"),
        ("MIS", "MISC"),
        ("mis", "MISC"),
        ("OTHER", "MISC"),
        ("other", "MISC"),
        ("Miscellaneous", "MISC"),
        ("", None),
        ("GPE", None),
        ("B-PER", None),
        ("PER ", None),
        ("MISC.", None),
        ("🇺🇸", None),
    ],
)
def test_spellings_of_types(name: str, kind: str | None) -> None:
    assert entity_type(name) == kind


def test_aliases_name_types_of_the_label_set() -> None:
    assert set(TYPE_ALIASES.values()) == set(TYPES)
    assert SPLIT_ALIASES == {
        "train": "train",
        "dev": "dev",
        "val": "dev",
        "valid": "dev",
        "test": "test",
    }
