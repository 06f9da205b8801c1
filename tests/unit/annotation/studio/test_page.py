"""The labelling page as text: the names that the translator uses, and a guideline that breaks nothing."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from mnerctl.annotation import labelling_page
from mnerctl.schema import DataError
from mnerctl.schema.labels import TYPES


def guideline(page: str) -> str:
    """What the page says behind the word Guideline."""
    [text] = [tag.text for tag in ET.fromstring(page).iter("Markdown") if tag.text]
    head, foot = "<details><summary>Guideline</summary><div>\n\n", "\n\n</div></details>"
    assert text.strip().startswith(head) and text.strip().endswith(foot)
    return text.strip()[len(head) : -len(foot)]


def test_the_page_has_the_names_that_the_translator_uses(tmp_path: Path) -> None:
    root = ET.fromstring(labelling_page(tmp_path))
    names = {element.get("name") for element in root.iter()} - {None}
    assert names == {"text", "ner", "evidence", "img_{{idx}}", "rel_{{idx}}"}
    labels = list(root.iter("Label"))
    assert tuple(label.get("value") for label in labels) == TYPES
    assert [label.get("hotkey") for label in labels] == ["1", "2", "3", "4"]


def test_the_picture_is_named_once_in_an_attribute(tmp_path: Path) -> None:
    """Label Studio puts a number in place of the first `{{idx}}` of an attribute alone."""
    values = [
        v for tag in ET.fromstring(labelling_page(tmp_path)).iter() for v in tag.attrib.values()
    ]
    assert max(value.count("{{idx}}") for value in values) == 1


def test_the_short_guideline_names_each_type(tmp_path: Path) -> None:
    text = guideline(labelling_page(tmp_path))
    assert [f"- **{name}**: " in text for name in TYPES] == [True] * 4


def test_a_corpus_has_its_own_guideline(tmp_path: Path) -> None:
    (tmp_path / "guideline.md").write_text(
        "# Ours\r\n<b>ŒĒ</b> 👩🏽‍💻 $TSLA ]]> & so on\n", "utf-8"
    )
    page = labelling_page(tmp_path)
    assert guideline(page) == "# Ours\n<b>ŒĒ</b> 👩🏽‍💻 &#36;TSLA ]]&gt; & so on"
    assert page == page.strip()


def test_a_guideline_that_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "guideline.md").write_bytes(b"\xff\xfe#")
    with pytest.raises(DataError) as caught:
        labelling_page(tmp_path)
    assert caught.value.message == f"{tmp_path / 'guideline.md'}: not UTF-8 text"
    assert caught.value.hint == "save it as UTF-8, then: mnerctl label push"
