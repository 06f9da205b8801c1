"""The posts to annotate again, from a file: each kept post once, in file order, with all its reasons."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from mnerctl.annotation import read_suspects
from mnerctl.schema import Corpus, DataError, Problem
from support.corpora import corpus_of, made_post


@pytest.fixture
def corpus(tmp_path: Path) -> Iterator[Corpus]:
    posts = [made_post(post_id, "Hi Ada") for post_id in ("11", "12", "13")]
    with corpus_of(tmp_path / "corpus", posts) as opened:
        opened.settle("13", "gone")
        yield opened


def read(corpus: Corpus, *lines: object) -> tuple[dict[str, str], list[Problem]]:
    path = corpus.folder.parent / "suspects.jsonl"
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    problems: list[Problem] = []
    return read_suspects(corpus, path, problems), problems


def test_each_post_comes_once_in_file_order_with_its_reasons(corpus: Corpus) -> None:
    found, problems = read(
        corpus,
        {"id": "12", "reason": "gold has “Ada” as LOC", "score": 0.9, "split": "train"},
        {"post_id": 11},
        {"id": "12", "reason": "gold has no entity there"},
        {"id": "12", "reason": "gold has “Ada” as LOC"},
    )
    assert list(found.items()) == [
        ("12", "gold has “Ada” as LOC; gold has no entity there"),
        ("11", ""),
    ]
    assert problems == []


def test_lines_without_a_kept_post_get_rows(corpus: Corpus) -> None:
    found, problems = read(
        corpus, {"id": "13"}, {"id": "twitter2017-1"}, {"reason": "x"}, [], {"id": "11"}
    )
    assert found == {"11": ""}
    where = corpus.folder.parent / "suspects.jsonl"
    assert [(row.level, row.where) for row in problems] == [
        ("warning", f"{where}:1"),
        ("warning", f"{where}:2"),
        ("error", f"{where}:3"),
        ("error", f"{where}:4"),
    ]
    assert (problems[0].found, problems[0].detail) == ("post 13", "left out")


def test_a_file_without_kept_posts_is_an_error(corpus: Corpus) -> None:
    with pytest.raises(DataError) as caught:
        read(corpus, {"id": "999"})
    assert "no kept post of" in caught.value.message
    assert [row.rule for row in caught.value.problems] == ["post"]
