"""Type names of published corpora: known names, names that a person decides, and counts of all entities."""

from __future__ import annotations

from pathlib import Path

import pytest

from mnerctl.schema import DataError, EntityType, Release
from mnerctl.schema.formats.label_names import LabelNames
from support.published import mner_mi_folder, mner_mi_line, twitter_folder


@pytest.mark.parametrize(
    ("decided", "name", "kind"),
    [
        ({}, "MIS", "MISC"),
        ({}, "other", "MISC"),
        ({}, "GPE", None),
        ({"gpe": "LOC"}, "GPE", "LOC"),
        ({"other": "ORG"}, "OTHER", "ORG"),
    ],
)
def test_a_decided_name_takes_precedence(
    decided: dict[str, EntityType], name: str, kind: str | None
) -> None:
    assert LabelNames(decided).type_of(name) == kind


@pytest.mark.parametrize(
    ("tags", "counts"),
    [
        ("O B-GPE I-GPE O", {("GPE", "LOC"): 1}),
        ("B-GPE B-GPE", {("GPE", "LOC"): 2}),
        ("B-PER I-OTHER", {("PER", "PER"): 1, ("OTHER", "MISC"): 1}),
        ("I-PER I-PER O I-PER", {("PER", "PER"): 2}),
        ("S-PER B-PER E-PER I-PER", {("PER", "PER"): 3}),
        ("O O", {}),
    ],
)
def test_entities_are_counted_by_name(tags: str, counts: dict[tuple[str, str], int]) -> None:
    names = LabelNames({"GPE": "LOC"})
    names.count(tags.split())
    assert names.counts == counts


def test_an_unknown_name_is_an_error_until_it_is_decided(tmp_path: Path) -> None:
    twitter_folder(tmp_path / "t", train=["IMGID:1", "Rome\tB-GPE", "calls\tO", "Ada\tB-PER"])
    mner_mi_folder(tmp_path / "m", train=[mner_mi_line(label=["B-GPE", "I-GPE", "O", "O"])])
    for folder in (tmp_path / "t", tmp_path / "m"):
        with pytest.raises(DataError, match="B-GPE"):
            Release.load(folder)
        release = Release.load(folder, names=LabelNames({"gpe": "LOC"}))
        assert release.splits["train"][0].label[0] == "B-LOC"
