"""report.html: hostile text stays text, and the text of a post is shown whole."""

from __future__ import annotations

import re
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from mnerctl.model.page import as_html, pieces
from mnerctl.model.report import Report, Run
from mnerctl.schema import Record, Release, Span, tags_from_spans

HOSTILE = "<script>alert(1)</script>"
RUN = Run(
    release=HOSTILE,
    version="1.0.0",
    records_sha256="0" * 64,
    records={"train": 1, "dev": 1, "test": 1},
    system="tpm-mi",
    preset="smoke",
    text_encoder="smoke",
    image_encoder=None,
    images_named=0,
    images_masked=0,
    seed=1,
    precision="float32",
    dev_f1=(0.5,),
    seconds=1.0,
    versions={},
)


def test_hostile_text_is_escaped(tmp_path: object) -> None:
    record = Record(id=HOSTILE, text=(HOSTILE, "x"), images=(), label=("B-PER", "O"))
    release = Release("made", None, {}, lambda name: None)  # type: ignore[arg-type,return-value]
    report = Report(run=RUN, scores={}, checks=(), verdict="pass")
    page = as_html(report, release, [(record, []), (record, record.spans)])
    assert "<script" not in page
    assert page.count("&lt;script&gt;") >= 5


@given(st.lists(st.text(min_size=1, max_size=3), min_size=1, max_size=6), st.data())
def test_pieces_are_the_whole_text(tokens: list[str], data: st.DataObject) -> None:
    raw = " " + "  ".join(tokens)
    offsets, at = [], 1
    for token in tokens:
        offsets.append((at, at + len(token)))
        at += len(token) + 2
    edges = sorted(
        data.draw(
            st.lists(st.integers(0, len(tokens)), min_size=2, max_size=2, unique=True)
            if len(tokens) > 1
            else st.just([0, 1])
        )
    )
    gold = [Span(edges[0], edges[1], "PER")]
    record = Record(
        id="1",
        text=tuple(tokens),
        images=(),
        label=tuple(tags_from_spans(gold, len(tokens))),
        raw=raw,
        offsets=tuple(offsets),
    )
    cut = pieces(record, [Span(0, 1, "LOC")])
    assert "".join(piece.text + piece.gap for piece in cut) == raw[1:]
    assert [piece.gold for piece in cut].count("PER") >= 1
    assert cut[0].predicted == "LOC"


def test_a_text_is_shown_on_the_lines_that_it_has(tmp_path: Path) -> None:
    raw = "Ada  saw Porto\nonce"
    record = Record(
        id="1",
        text=("Ada", "saw", "Porto", "once"),
        images=(),
        label=("B-PER", "O", "B-LOC", "O"),
        raw=raw,
        offsets=((0, 3), (5, 8), (9, 14), (15, 19)),
    )
    release = Release("made", None, {}, tmp_path.joinpath)
    report = Report(run=RUN, scores={}, checks=(), verdict="pass")
    page = as_html(report, release, [(record, [Span(0, 1, "LOC")])])
    paragraph = re.findall(r'<p dir="auto">(.*?)</p>', page, re.DOTALL)[0]
    without_types = re.sub(r"<sup>.*?</sup>", "", paragraph, flags=re.DOTALL)
    assert re.sub(r"<[^>]*>", "", without_types) == raw
