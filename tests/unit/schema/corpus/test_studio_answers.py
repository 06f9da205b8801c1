"""The known answers of a Label Studio server: by task, by key and by state."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mnerctl.schema import Corpus
from mnerctl.schema.corpus.studio_answers import UNSTORED, AnswerCount, KnownAnswer
from mnerctl.schema.corpus.studio_rounds import LabelProject, Rounds

URL = "http://localhost:8080"
FIRST = KnownAnswer(
    project="3",
    id=10,
    task=100,
    post_id="1",
    annotator="ada",
    round=1,
    at=datetime(2024, 5, 20, 12, 30, 15, 123456, tzinfo=UTC),
    state="done",
    spans=2,
    login="ada@example.org",
)
LATER = replace(FIRST, id=11, annotator="bob", at=FIRST.at + timedelta(seconds=1), state="refused")
ELSEWHERE = replace(FIRST, project="4", id=9, task=200, at=FIRST.at - timedelta(days=1), spans=1)


@pytest.fixture
def rounds(tmp_path: Path) -> Iterator[Rounds]:
    with Corpus.open(tmp_path, create=True) as corpus:
        rounds = Rounds.of(corpus)
        for answer in (LATER, FIRST, ELSEWHERE):
            rounds.put_answer(answer)
        yield rounds


def test_answers_are_found_by_task_key_and_state_oldest_first(rounds: Rounds) -> None:
    assert rounds.answers_to("3", 100) == [FIRST, LATER]
    assert rounds.answers_about(FIRST.key) == [ELSEWHERE, FIRST]
    assert rounds.answers_in("3", "refused") == [LATER]
    assert rounds.answers_in("3", "skipped") == []


def test_an_unclear_answer_counts_for_nobody(rounds: Rounds) -> None:
    rounds.put_answer(replace(FIRST, id=12, state="unclear"))
    assert rounds.answers_about(FIRST.key) == [ELSEWHERE, FIRST]
    assert [one.id for one in rounds.answers_in("3", *UNSTORED)] == [12, 11]


def test_an_answer_is_replaced_and_deleted(rounds: Rounds) -> None:
    rounds.put_answer(replace(FIRST, state="replaced"))
    rounds.drop_answer(LATER)
    assert rounds.answers_to("3", 100) == [replace(FIRST, state="replaced")]


def test_answers_are_counted_by_task_and_by_state(rounds: Rounds) -> None:
    assert rounds.answered_tasks("3") == {100: 2}
    assert sorted(rounds.answer_counts()) == [
        AnswerCount("3", "ada", 1, "done", 1, 2),
        AnswerCount("3", "bob", 1, "refused", 1, 2),
        AnswerCount("4", "ada", 1, "done", 1, 1),
    ]


def test_the_answers_of_a_deleted_project_are_deleted(rounds: Rounds) -> None:
    rounds.forget_project(LabelProject("3", URL, 3, "ada"))
    assert rounds.answers_about(FIRST.key) == [ELSEWHERE]
