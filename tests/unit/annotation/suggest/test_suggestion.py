"""Suggestions from a file and from known names: their spans and scores, and lines that cannot be used."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from mnerctl.annotation.suggest.dictionary import KnownName, dictionary_suggestions, known_names
from mnerctl.annotation.suggest.predictions_file import read_predictions
from mnerctl.annotation.suggest.suggestion import (
    SUGGESTIONS,
    Suggestion,
    read_suggestions,
    save_suggestions,
)
from mnerctl.schema import Annotation, Corpus, DataError, Gold, Problem, Span
from support.corpora import corpus_of, made_post

TEXT = "👨‍👩‍👧‍👦 Ada in New York"
ADA, YORK = (
    Span(TEXT.index("Ada"), TEXT.index("Ada") + 3, "PER"),
    Span(TEXT.index("New"), len(TEXT), "LOC"),
)


@pytest.fixture
def corpus(tmp_path: Path) -> Iterator[Corpus]:
    with corpus_of(tmp_path / "corpus", [made_post("11", TEXT), made_post("12", TEXT)]) as opened:
        yield opened


def read(corpus: Corpus, *lines: object) -> tuple[list[Suggestion], list[Problem]]:
    path = corpus.folder.parent / "model.jsonl"
    path.write_text(
        "".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines)
    )
    problems: list[Problem] = []
    return list(read_predictions(corpus, path, "model", problems)), problems


def span(found: Span, **more: object) -> dict[str, object]:
    return {"start": found.start, "end": found.end, "type": found.type, **more}


def test_code_points_and_tokens_give_the_same_spans(corpus: Corpus) -> None:
    tokens = [
        {"start": 1, "end": 2, "type": "PER", "score": 0.9},
        {"start": 3, "end": 5, "type": "LOC", "score": 0.6},
    ]
    suggestions, problems = read(
        corpus,
        {"post_id": "11", "spans": [span(YORK, score=0.6), span(ADA, score=0.9)], "model": "x"},
        {"id": 12, "unit": "tokens", "spans": tokens},
    )
    assert problems == []
    assert [(one.post_id, one.spans, one.scores, one.score) for one in suggestions] == [
        (post, (ADA, YORK), (0.9, 0.6), 0.6) for post in ("11", "12")
    ]


def test_the_score_of_a_line_is_optional(corpus: Corpus) -> None:
    suggestions, _ = read(
        corpus,
        {"id": "11", "spans": [span(ADA)], "score": 0.25},
        {"id": "12", "spans": [span(ADA)]},
    )
    assert [(one.scores, one.score) for one in suggestions] == [((), 0.25), ((), None)]


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ({"id": "11", "spans": [{"start": 0, "end": 999, "type": "PER"}]}, "bounds"),
        (
            {"id": "11", "unit": "tokens", "spans": [{"start": 4, "end": 9, "type": "PER"}]},
            "bounds",
        ),
        (
            {"id": "11", "unit": "tokens", "spans": [{"start": 2, "end": 2, "type": "PER"}]},
            "bounds",
        ),
        ({"id": "11", "spans": [span(ADA), span(ADA)]}, "overlap"),
        ({"id": "11", "spans": [{**span(ADA), "type": "CITY"}]}, "type"),
        ({"id": "11", "spans": [{**span(ADA), "end": ADA.end - 1}]}, "token-edges"),
        ({"id": "99", "spans": []}, "post"),
    ],
)
def test_a_line_that_cannot_be_shown_gets_a_row(corpus: Corpus, line: object, rule: str) -> None:
    suggestions, problems = read(corpus, line)
    assert (suggestions, [row.rule for row in problems]) == ([], [rule])


@pytest.mark.parametrize(
    "line", ["{", "[]", {"id": "11"}, {"id": "11", "spans": [{"start": "0", "end": 3, "type": "PER"}]},
             {"id": "11", "spans": [span(ADA, score=1.5)]}],
)  # fmt: skip
def test_a_line_of_another_shape_gets_rows(corpus: Corpus, line: object) -> None:
    suggestions, problems = read(corpus, line)
    assert suggestions == []
    assert problems and all(row.level == "error" for row in problems)


def test_a_name_has_its_most_common_type_and_the_share_that_is_marked() -> None:
    readings = [
        ("Ada met Ada", [Span(0, 3, "PER"), Span(8, 11, "PER")]),
        ("Ada Street", [Span(0, 10, "LOC")]),  # the Ada in it does not count as unmarked
        ("May it be May", [Span(10, 13, "PER")]),
        ("May it be", []),
    ]
    assert known_names(readings) == {
        ("Ada",): KnownName("PER", 1.0),
        ("Ada", "Street"): KnownName("LOC", 1.0),
    }  # May is marked in a third of its occurrences only
    assert known_names([]) == {}


def test_known_names_are_suggested_in_posts_without_annotations_the_longest_first(
    tmp_path: Path,
) -> None:
    texts = {"1": "Ada of Ada Street", "2": "Ada Street and Ada", "3": "nobody", "4": "Ada"}
    posts = [made_post(id, text) for id, text in texts.items()]
    with corpus_of(tmp_path / "corpus", posts) as corpus:
        spans = (Span(0, 3, "PER"), Span(7, 17, "LOC"))
        corpus.put_gold(Gold(post_id="1", text=texts["1"], spans=spans, how="agreed:2"))
        for name, status, marked in (
            ("ada", "done", [Span(0, 3, "PER")]),
            ("ben", "done", []),
            ("cho", "skipped", []),
        ):
            fields = {"post_id": "4", "annotator": name, "text": "Ada", "spans": marked}
            corpus.put_annotation(Annotation.model_validate({**fields, "status": status}))
        [found] = dictionary_suggestions(corpus)
    assert (found.post_id, found.source, found.score) == ("2", "dictionary", 2 / 3)
    assert found.spans == (Span(0, 10, "LOC"), Span(15, 18, "PER"))
    assert found.scores == (1.0, 2 / 3)


def test_suggestions_are_recorded_and_replaced_by_other_spans(tmp_path: Path) -> None:
    old = Suggestion(post_id="2", source="model", spans=(ADA,), score=0.5)
    other = Suggestion(post_id="1", source="dictionary", spans=(YORK,), scores=(0.75,))
    save_suggestions(tmp_path, [old, other])
    assert list(read_suggestions(tmp_path)) == [other, old]
    new = Suggestion(post_id="2", source="model", spans=(YORK,))
    save_suggestions(tmp_path, [new])
    assert list(read_suggestions(tmp_path)) == [other, new]
    (tmp_path / SUGGESTIONS).write_text("{}\n")
    with pytest.raises(DataError, match=r"suggestions\.jsonl:1: not a suggestion"):
        list(read_suggestions(tmp_path))
