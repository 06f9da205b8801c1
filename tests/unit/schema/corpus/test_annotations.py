"""Annotations and gold: stored, returned in order, replaced and deleted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mnerctl.schema import Annotation, Corpus, Gold, Span

TEXT = "Ada 👩🏽‍🚀"


@pytest.fixture
def corpus(tmp_path: Path) -> Iterator[Corpus]:
    with Corpus.open(tmp_path, create=True) as corpus:
        yield corpus


def annotation(post_id: str, annotator: str, *, round: int = 1, end: int = 3) -> Annotation:
    return Annotation(
        post_id=post_id,
        annotator=annotator,
        text=TEXT,
        spans=(Span(0, end, "PER"),),
        round=round,
        at=datetime(2024, 5, 20, 12, tzinfo=UTC),
        evidence=((0, 1),),
        relevance=("helps", None),
    )


def gold(post_id: str) -> Gold:
    return Gold(post_id=post_id, text=TEXT, spans=(Span(0, 3, "PER"),), how="annotator:ada")


def test_annotations_are_returned_by_post_annotator_and_round(corpus: Corpus) -> None:
    expected = [
        annotation("1", "ada"),
        annotation("1", "ada", round=2),
        annotation("1", "bob"),
        annotation("2", "ada"),
    ]
    for one in reversed(expected):
        corpus.put_annotation(one)
    assert list(corpus.annotations()) == expected
    assert list(corpus.annotations("bob")) == [expected[2]]
    assert list(corpus.annotations("nobody")) == []
    corpus.put_annotation(annotation("1", "bob", end=2))
    assert list(corpus.annotations("bob")) == [annotation("1", "bob", end=2)]


def test_one_annotation_is_found_and_deleted_by_its_key(corpus: Corpus) -> None:
    first, second = annotation("1", "ada"), annotation("1", "ada", round=2)
    corpus.put_annotation(first)
    corpus.put_annotation(second)
    assert corpus.annotation("1", "ada", 2) == second
    assert corpus.annotation("1", "ada", 3) is None
    assert corpus.drop_annotation("1", "ada", 2)
    assert not corpus.drop_annotation("1", "ada", 2)
    assert list(corpus.annotations()) == [first]


def test_gold_is_returned_by_post(corpus: Corpus) -> None:
    for post_id in ("2", "1", "1"):
        corpus.put_gold(gold(post_id))
    assert list(corpus.gold()) == [gold("1"), gold("2")]
    assert corpus.gold_of("2") == gold("2")
    assert corpus.gold_of("3") is None


def test_a_post_without_gold_is_undecided_again(corpus: Corpus) -> None:
    corpus.put_gold(gold("1"))
    corpus.drop_gold("1")
    assert corpus.gold_of("1") is None
