"""A made MNER-MI with the counts of the paper's table: its statistics and its drift are the paper's."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mnerctl.release import audit_release, paper_table, statistics, text_statistics, text_table
from mnerctl.schema import Release
from support.made_mner_mi import write_made_mner_mi
from support.twitter2017 import SHARED

PAPER = SHARED / "data" / "paper" / "statistics.json"
pytestmark = pytest.mark.skipif(not PAPER.is_file(), reason=f"the paper's table is not at {PAPER}")


def test_the_table_has_every_cell_of_the_paper(tmp_path: Path) -> None:
    paper = json.loads(PAPER.read_bytes())["MNER-MI"]
    write_made_mner_mi(tmp_path / "mi", statistics=paper, seed=1)
    release = Release.load(tmp_path / "mi")
    rows = {row[0]: row[1:] for row in paper_table("x", statistics(release)).rows}
    for name in ("PER", "LOC", "ORG", "MISC", "entities", "tweets"):
        assert rows[name] == tuple(str(column[name]) for column in paper.values())
    for number in "1234":
        name = "1 image" if number == "1" else f"{number} images"
        assert rows[name] == tuple(str(column["images"][number]) for column in paper.values())
    assert rows["images per tweet"] == tuple(
        f"{column['images_per_tweet']:.3f}" for column in paper.values()
    )
    text = {row[0]: row[1:] for row in text_table(text_statistics(release)).rows}
    assert text["entities per tweet"] == ("1.42", "1.40", "1.07")


def test_the_drift_of_the_paper_is_reported(tmp_path: Path) -> None:
    """The published test has 24 % fewer entities than dev in the same number of tweets."""
    table = json.loads(PAPER.read_bytes())["MNER-MI"]
    write_made_mner_mi(tmp_path / "mi", statistics=table, seed=1)
    done = audit_release(tmp_path / "mi")
    assert done.is_fit
    rows = [row for row in done.problems if row.rule == "drift-entities"]
    assert [(row.where, row.found) for row in rows] == [
        (
            f"{tmp_path}/mi/text/MNER-MI_test.txt",
            f"920 entities in 860 records, 1.07 each: {percent} % fewer than in {split}",
        )
        for percent, split in ((25, "train"), (24, "dev"))
    ]
    (images,) = (row for row in done.problems if row.rule == "images-absent")
    assert images.found == "none of 24,021 images"
