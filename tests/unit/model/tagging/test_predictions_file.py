"""Prediction lines: offsets in tokens or characters, and `label suggest` can read them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("torch", reason="needs mnerctl[train]")

from mnerctl.annotation import read_predictions
from mnerctl.model.tagging.predictions_file import Unit, prediction_line, write_lines
from mnerctl.model.tagging.scored_span import ScoredSpan
from mnerctl.model.tagging.source import read_source
from mnerctl.schema import Corpus, DataError, Image, Problem, Record, Span, clean_text
from support.corpora import HARD_TEXTS, corpus_of, drawn_image, made_post

OURS = Record(
    id="7",
    text=("#", "NBA", "loves", "Ada", "👨‍👩‍👧"),
    label=("O",) * 5,
    images=("7_0.jpg", "7_1.png"),
    raw="#NBA loves  Ada 👨‍👩‍👧",
    offsets=((0, 1), (1, 4), (5, 10), (12, 15), (16, 21)),
)
PUBLISHED = Record(id="8", text=("#", "NBA"), label=("O", "O"), images=())
FOUND = [ScoredSpan(Span(0, 2, "ORG"), 0.91239), ScoredSpan(Span(3, 5, "PER"), 0.5)]
LINES: dict[str, tuple[Record, Unit, list[ScoredSpan], list[dict[str, Any]]]] = {
    "characters of a post": (
        OURS,
        "code_points",
        FOUND,
        [
            {"start": 0, "end": 4, "type": "ORG", "score": 0.9124, "text": "#NBA"},
            {"start": 12, "end": 21, "type": "PER", "score": 0.5, "text": "Ada 👨‍👩‍👧"},
        ],
    ),
    "tokens of a record, with characters": (
        OURS,
        "tokens",
        FOUND[:1],
        [
            {"start": 0, "end": 2, "type": "ORG", "score": 0.9124, "text": "#NBA"}
            | {"start_char": 0, "end_char": 4}
        ],
    ),
    "tokens of a published record": (
        PUBLISHED,
        "tokens",
        FOUND[:1],
        [{"start": 0, "end": 2, "type": "ORG", "score": 0.9124, "text": "# NBA"}],
    ),
    "nothing": (OURS, "tokens", [], []),
}


@pytest.mark.parametrize(("record", "unit", "found", "spans"), LINES.values(), ids=LINES)
def test_a_line(
    record: Record, unit: Unit, found: list[ScoredSpan], spans: list[dict[str, Any]]
) -> None:
    assert prediction_line(record, found, unit=unit) == {
        "id": record.id,
        "unit": unit,
        "spans": spans,
    }


def test_image_weights() -> None:
    line = prediction_line(OURS, [], unit="tokens", weights=[0.25, 0.98765])
    assert line["images"] == [
        {"file": "7_0.jpg", "weight": 0.25},
        {"file": "7_1.png", "weight": 0.9877},
    ]


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """Hard texts and one post without words, each with a picture that exists and one that does not."""
    folder = tmp_path / "corpus"
    with corpus_of(folder, []) as opened:
        for number, text in enumerate(HARD_TEXTS, start=1):
            there = drawn_image(opened, 0, size=(20, 10), colour="red")
            images = (there, Image(position=2, status="gone"))
            opened.put_post(made_post(str(number), text, images=images))
            opened.settle(str(number), "kept")
    return folder


def test_posts_become_records_with_their_pictures_in_order(corpus: Path) -> None:
    source = read_source(corpus, on_file=lambda done, total: None)
    records = list(source.release.records())
    assert (source.item, source.without_words) == ("post", 1)
    assert [record.id for record in records] == ["1", "2", "3", "4", "5"]
    assert [record.images for record in records[:2]] == [("1_0.png", "1_2"), ("2_0.png", "2_2")]
    assert [source.release.image_path(name).is_file() for name in records[0].images] == [
        True,
        False,
    ]
    for record, text in zip(records, HARD_TEXTS, strict=False):
        assert record.raw is not None and record.raw == clean_text(text)


def test_label_suggest_reads_the_lines(corpus: Path, tmp_path: Path) -> None:
    source = read_source(corpus, on_file=lambda done, total: None)
    records = list(source.release.records())
    found = [ScoredSpan(Span(0, 1, "PER"), 0.9), ScoredSpan(Span(1, 2, "LOC"), 0.3)]
    for unit in ("code_points", "tokens"):
        path = tmp_path / f"{unit}.jsonl"
        write_lines(path, [prediction_line(record, found, unit=unit) for record in records])
        problems: list[Problem] = []
        with Corpus.open(corpus) as opened:
            read = list(read_predictions(opened, path, "tpm-mi", problems))
        assert problems == []
        assert [one.post_id for one in read] == ["1", "2", "3", "4", "5"]
        for record, one in zip(records, read, strict=True):
            assert record.offsets is not None and record.raw is not None
            edges = [(span.start, span.end, span.type) for span in one.spans]
            assert edges == [(*record.offsets[0], "PER"), (*record.offsets[1], "LOC")]
            assert (one.scores, one.score) == ((0.9, 0.3), 0.3)


def test_the_file_is_complete_or_unchanged(tmp_path: Path) -> None:
    path = tmp_path / "out" / "predictions.jsonl"
    write_lines(path, [{"id": "1", "text": "🎉"}])
    assert json.loads(path.read_text(encoding="utf-8")) == {"id": "1", "text": "🎉"}

    def broken() -> Any:
        yield {"id": "2"}
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_lines(path, broken())
    assert json.loads(path.read_text(encoding="utf-8"))["id"] == "1"
    assert [entry.name for entry in path.parent.iterdir()] == ["predictions.jsonl"]
    with pytest.raises(DataError) as caught:
        write_lines(path / "below", [])
    assert caught.value.hint == "check the folder's permissions and space"
