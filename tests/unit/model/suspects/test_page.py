"""suspects.jsonl and suspects.html: the content of a line, and that hostile text stays text."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from PIL import Image

pytest.importorskip("torch", reason="needs mnerctl[train]")

from mnerctl.model.suspects.find import Suspect, Suspects
from mnerctl.model.suspects.page import write_suspects
from mnerctl.model.suspects.rank import Doubt
from mnerctl.schema import DataError, Record, Release, Span

HOSTILE = "<script>alert(1)</script>"
RECORD = Record(
    id=HOSTILE,
    text=("Ada", "in", "New", "York", HOSTILE),
    images=("1.jpg", "lost.jpg"),
    label=("B-PER", "O", "O", "B-LOC", "O"),
    raw=f"Ada  in New York\n{HOSTILE}",
    offsets=((0, 3), (5, 7), (8, 11), (12, 16), (17, 42)),
)
ADA, YORK = RECORD.spans
NEW_YORK, LAST = Span(2, 4, "LOC"), Span(4, 5, "MISC")
DOUBTS = [
    Doubt("boundary", YORK, NEW_YORK, 0.01, 0.98),
    Doubt("missing", None, LAST, 0.01, 0.95),
    Doubt("type", ADA, Span(0, 1, "ORG"), 0.2, 0.7),
    Doubt("spurious", ADA, None, 0.3, 0.6),
]
REASONS = [
    "gold has “York” as LOC; a model that was not trained on this text suggests “New York” as LOC",
    f"gold has no entity here; a model that was not trained on this text suggests “{HOSTILE}” as MISC",
    "gold has “Ada” as PER; a model that was not trained on this text suggests ORG",
    "gold has “Ada” as PER; a model that was not trained on this text suggests no entity here",
]


def suspects(*found: Doubt) -> Suspects:
    return Suspects(
        ranked=tuple(Suspect("train", RECORD, doubt) for doubt in found),
        records=3,
        entities=4,
        system="tpm-mi",
        preset="smoke",
        seed=7,
        judge_f1=(0.5, 0.7),
        seconds=1.0,
    )


@pytest.fixture
def release(tmp_path: Path) -> Release:
    Image.new("RGB", (400, 300), "red").save(tmp_path / "1.jpg")
    return Release(HOSTILE, tmp_path, {}, tmp_path.joinpath)


def test_lines_and_summary(release: Release, tmp_path: Path) -> None:
    summary = write_suspects(tmp_path / "out", suspects(*DOUBTS), release, top=4).summary
    assert summary.model_dump() == {
        "release": HOSTILE,
        "version": "",
        "system": "tpm-mi",
        "preset": "smoke",
        "config": {},
        "folds": 2,
        "seed": 7,
        "records": 3,
        "entities": 4,
        "judge_f1": (0.5, 0.7),
        "suspects": {"type": 0, "boundary": 1, "spurious": 0, "missing": 1},
        "bound": 0.97,
        "doubted": 1,  # the missing one is no entity of gold
        "rate": 0.25,
        "written": 4,
        "seconds": 1.0,
    }
    text = (tmp_path / "out" / "suspects.jsonl").read_text(encoding="utf-8")
    lines = [json.loads(line) for line in text.splitlines()]
    assert [line["reason"] for line in lines] == REASONS
    assert lines[0] == {
        "id": HOSTILE,
        "split": "train",
        "kind": "boundary",
        "score": 0.977823,
        "gold": {
            "start": 3,
            "end": 4,
            "type": "LOC",
            "text": "York",
            "start_char": 12,
            "end_char": 16,
        },
        "suggested": {
            "start": 2,
            "end": 4,
            "type": "LOC",
            "text": "New York",
            "start_char": 8,
            "end_char": 16,
        },
        "gold_probability": 0.01,
        "suggested_probability": 0.98,
        "reason": REASONS[0],
    }
    assert (lines[1]["gold"], lines[3]["suggested"]) == (None, None)


def test_the_page_needs_no_other_file_and_runs_no_script(release: Release, tmp_path: Path) -> None:
    write_suspects(tmp_path / "out", suspects(*DOUBTS), release, top=3)
    page = (tmp_path / "out" / "suspects.html").read_text(encoding="utf-8")
    assert page.count("<article>") == 3  # of four
    assert "<script" not in page
    assert page.count("&lt;script&gt;") >= 3 * 3
    assert "http" not in page.replace("http-equiv", "")
    assert page.count('src="data:image/jpeg;base64,') == 3  # the lost picture has none
    text = re.findall(r'<p class="text" dir="auto">(.*?)</p>', page, re.DOTALL)[0]
    assert re.sub(r"<[^>]*>", "", text) == RECORD.raw.replace(  # type: ignore[union-attr]
        HOSTILE, "&lt;script&gt;alert(1)&lt;/script&gt;"
    )
    assert '<mark class=" meant">New</mark> <mark class="LOC meant">York</mark>' in text


def test_nothing_is_suspected(release: Release, tmp_path: Path) -> None:
    summary = write_suspects(tmp_path / "out", suspects(), release, top=3).summary
    assert (summary.rate, summary.written) == (0.0, 0)
    assert "No label is suspected." in (tmp_path / "out" / "suspects.html").read_text()
    assert (tmp_path / "out" / "suspects.jsonl").read_text() == ""


def test_a_folder_that_cannot_be_made(release: Release, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DataError, match="nothing of"):
        write_suspects(tmp_path / "file" / "out", suspects(*DOUBTS), release, top=1)
