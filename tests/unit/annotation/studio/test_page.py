"""The labelling page as text: the names that `tasks.py` uses, and a guideline that is escaped."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from mnerctl.annotation import labelling_page
from mnerctl.schema import DataError
from mnerctl.schema.labels import TYPES


def guideline(page: str) -> str:
    """Return the guideline that the page opens."""
    [text] = [tag.text for tag in ET.fromstring(page).iter("Markdown") if tag.text]
    head, foot = "<details><summary>Guideline</summary><div>\n\n", "\n\n</div></details>"
    assert text.strip().startswith(head) and text.strip().endswith(foot)
    return text.strip()[len(head) : -len(foot)]


def test_the_page_has_the_names_that_tasks_use(tmp_path: Path) -> None:
    root = ET.fromstring(labelling_page(tmp_path))
    names = {element.get("name") for element in root.iter()} - {None}
    assert names == {"text", "ner", "evidence", "img_{{idx}}", "rel_{{idx}}"}
    labels = list(root.iter("Label"))
    assert tuple(label.get("value") for label in labels) == TYPES
    assert [label.get("hotkey") for label in labels] == ["1", "2", "3", "4"]


def test_an_attribute_names_the_picture_once(tmp_path: Path) -> None:
    """Label Studio replaces only the first `{{idx}}` of an attribute by a number."""
    values = [
        v for tag in ET.fromstring(labelling_page(tmp_path)).iter() for v in tag.attrib.values()
    ]
    assert max(value.count("{{idx}}") for value in values) == 1


def test_the_short_guideline_names_each_type(tmp_path: Path) -> None:
    text = guideline(labelling_page(tmp_path))
    assert [f"- **{name}**: " in text for name in TYPES] == [True] * 4


def test_a_corpus_may_have_its_own_guideline(tmp_path: Path) -> None:
    (tmp_path / "guideline.md").write_text(
        "# Ours\r\n<b>ŒĒ</b> 👩🏽‍💻 $TSLA ]]> & so on\n", "utf-8"
    )
    page = labelling_page(tmp_path)
    assert guideline(page) == "# Ours\n<b>ŒĒ</b> 👩🏽‍💻 &#36;TSLA ]]&gt; & so on"
    assert page == page.strip()


def test_a_guideline_that_is_not_text(tmp_path: Path) -> None:
    (tmp_path / "guideline.md").write_bytes(b"\xff\xfe#")
    with pytest.raises(DataError) as caught:
        labelling_page(tmp_path)
    assert caught.value.message == f"{tmp_path / 'guideline.md'}: not UTF-8 text"
    assert caught.value.hint == "save it as UTF-8, then: mnerctl label push"
