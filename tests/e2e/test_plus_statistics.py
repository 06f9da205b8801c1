"""A merge of the published size has every number of the paper's table for MNER-MI-Plus."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mnerctl.release import statistics
from mnerctl.schema import Release
from support.command import run
from support.made_mner_mi import write_made_mner_mi
from support.twitter2017 import FOLDER, MISSING, SHARED, is_available

PAPER = SHARED / "data" / "paper" / "statistics.json"

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(not is_available(), reason=MISSING),
    pytest.mark.skipif(not PAPER.is_file(), reason=f"the paper's table is not at {PAPER}"),
]


def test_every_cell_of_the_papers_table(tmp_path: Path) -> None:
    """MNER-MI is made with the counts of the paper; Twitter-2017 is the real one."""
    paper = json.loads(PAPER.read_bytes())
    write_made_mner_mi(tmp_path / "mi", statistics=paper["MNER-MI"], seed=1)
    assert statistics(Release.load(tmp_path / "mi")).as_dict() == paper["MNER-MI"]
    ended = run(
        *("build-plus", "--mner-mi", "mi", "--out", "plus", "--json"),
        *("--twitter-2017", FOLDER.resolve()),
        folder=tmp_path,
    )
    assert ended.code == 0, ended.err
    printed = json.loads(ended.out)
    assert printed["statistics"] == paper["MNER-MI-Plus"]
    assert printed["missing_images"] == 24_021 + 4_819
    loaded = Release.load(tmp_path / "plus")
    assert loaded.problems == ()
    assert statistics(loaded).as_dict() == paper["MNER-MI-Plus"]
    assert [sum(r.origin == "Twitter-2017" for r in loaded.splits[s]) for s in loaded.splits] == [
        *(3373, 723, 723),
    ]
