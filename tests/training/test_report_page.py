"""report.html: hostile text stays text, and the whole text of a post is shown."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="needs mnerctl[train]")

from hypothesis import given
from hypothesis import strategies as st

from mnerctl.model.gate.figures import AuditCounts, Inspection
from mnerctl.model.gate.judge import Requirements, judge
from mnerctl.model.gate.report_page import as_html, pieces
from mnerctl.model.suspects.find import Suspect, Suspects
from mnerctl.model.suspects.rank import Doubt
from mnerctl.model.tagging.scored_span import ScoredSpan
from mnerctl.schema import Record, Release, Span, tags_from_spans
from mnerctl.schema.removed_posts import RemovedPosts
from support.made_reports import (
    NO_LEAKS,
    made_posts,
    made_release,
    made_report,
    made_results,
    made_task,
)
from support.pictures import jpeg

NO_REQUIREMENTS = Requirements(
    inspected=Inspection(AuditCounts(0, 0), NO_LEAKS),
    min_f1=None,
    earlier=None,
    require=frozenset(),
)
HOSTILE = "<script>alert(1)</script>"


def page_of(
    records: list[Record], rows: list[list[ScoredSpan]], folder: Path, name: str = "x"
) -> str:
    """Return the page with these test posts; its figures are those of other posts."""
    task = made_task(made_release(folder), seeds=(1,))
    report = made_report(task, made_results(task))
    run = report.run.model_copy(update={"release": name})
    release = Release("made", folder, {"test": tuple(records)}, folder.joinpath)
    return as_html(
        report.model_copy(update={"run": run}), release, rows, None, RemovedPosts(folder)
    )


def test_hostile_text_is_escaped(tmp_path: Path) -> None:
    record = Record(id=HOSTILE, text=(HOSTILE, "x"), images=(), label=("B-PER", "O"))
    rows = [[], [ScoredSpan(span, 1.0) for span in record.spans]]
    page = page_of([record, record], rows, tmp_path, HOSTILE)
    assert "<script" not in page
    assert page.count("&lt;script&gt;") >= 5


def test_the_page_needs_no_other_file(tmp_path: Path) -> None:
    """It opens from disk: the only addresses are its own pictures and the page of suspects."""
    task = made_task(made_release(tmp_path, test=made_posts(20)))
    (tmp_path / "4_0.jpg").write_bytes(jpeg(1))
    found = made_results(task, retrained=True)
    post = task.release.splits["test"][4]
    doubt = Doubt("type", post.spans[0], post.spans[1], 0.1, 0.9)
    suspects = Suspects((Suspect("test", post, doubt),), 20, 40, "tpm-mi", "quick", 1, (0.5,), 1.0)
    report = judge(task, found, suspects, NO_REQUIREMENTS)
    first = found.predictions["test"][0]
    page = as_html(report, task.release, first, suspects, RemovedPosts(tmp_path))
    assert set(re.findall(r'(?:src|href)="([\w:]+[./]\w+)', page)) == {
        "data:image/jpeg",
        "suspects.html",
    }
    assert "url(" not in page and "@import" not in page
    assert "prefers-color-scheme: dark" in page
    articles = re.findall(r"<article>.*?</article>", page, re.DOTALL)
    assert sum(f"{post.id} &middot; gold has" in one for one in articles) == 1
    without = re.sub(r"<article>.*?</article>", "", page, flags=re.DOTALL)
    assert not any(f"met Jordan {post.id}" in without for post in task.release.splits["test"])


def test_the_worst_posts_come_first_and_right_posts_last(tmp_path: Path) -> None:
    right, missed, sure = made_posts(3)
    rows = [
        [ScoredSpan(span, 0.9) for span in right.spans],
        [ScoredSpan(missed.spans[0], 0.9)],
        [ScoredSpan(Span(1, 2, "PER"), 0.99), ScoredSpan(sure.spans[0], 0.9)],
    ]
    page = page_of([right, missed, sure], rows, tmp_path)
    order = [page.index(f"<small>{one.id}") for one in (sure, missed, right)]
    assert order == sorted(order)
    assert "99 % sure" in page


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


def test_a_text_keeps_its_lines(tmp_path: Path) -> None:
    raw = "Ada  saw Porto\nonce"
    record = Record(
        id="1",
        text=("Ada", "saw", "Porto", "once"),
        images=(),
        label=("B-PER", "O", "B-LOC", "O"),
        raw=raw,
        offsets=((0, 3), (5, 8), (9, 14), (15, 19)),
    )
    page = page_of([record], [[ScoredSpan(Span(0, 1, "LOC"), 0.5)]], tmp_path)
    paragraph = re.findall(r'<p dir="auto">(.*?)</p>', page, re.DOTALL)[0]
    without_types = re.sub(r"<sup>.*?</sup>", "", paragraph, flags=re.DOTALL)
    assert re.sub(r"<[^>]*>", "", without_types) == raw
