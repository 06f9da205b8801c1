"""The intake of answers: new, changed, deleted, refused and repeated ones, and decisions of the review."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from mnerctl.annotation.pull.intake import Intake
from mnerctl.schema import Corpus, Gold, Span
from mnerctl.schema.corpus.people import People
from mnerctl.schema.corpus.studio_rounds import LabelProject, Rounds
from support.answers import answer, region, task
from support.corpora import corpus_of, made_post

TEXT = "Ada meets Ben in Paris"
ADA, PARIS = Span(0, 3, "PER"), Span(17, 22, "LOC")
URL = "http://127.0.0.1:1"
OWN = LabelProject("own", URL, 1, "corpus r1 ada", "ada")
SECOND = LabelProject("second", URL, 2, "corpus r2 ada", "ada", round=2)
LOGINS = LabelProject("logins", URL, 3, "corpus")
REVIEW = LabelProject("review", URL, 4, "corpus review", is_review=True)
LATER_REVIEW = LabelProject("later", URL, 5, "corpus review r2", round=2, is_review=True)
ALL = frozenset(("own", "second", "logins", "review", "later"))
BAD = {"id": "x", "from_name": "ner", "value": {"start": 90, "end": 99, "labels": ["PER"]}}


@pytest.fixture
def corpus(tmp_path: Path) -> Iterator[Corpus]:
    posts = [made_post("11", TEXT), made_post("12", "Hi Ada")]
    with corpus_of(tmp_path / "corpus", posts) as opened:
        yield opened


def intake(corpus: Corpus) -> Intake:
    """Return the intake of a new pull."""
    users = {1: "ada@example.org", 2: "ben@example.org"}
    people = People({"ada": ["ada@example.org"], "ben@example.org": []})
    return Intake(corpus, Rounds.of(corpus), people, users, ALL)


def stored(corpus: Corpus) -> dict[tuple[str, str, int], tuple[Span, ...] | str]:
    return {
        (one.post_id, one.annotator, one.round): one.spans if one.status == "done" else "skipped"
        for one in corpus.annotations()
    }


def rules(pull: Intake) -> list[str]:
    return [row.rule for row in pull.problems]


def test_answers_in_a_blind_project_belong_to_its_annotator(corpus: Corpus) -> None:
    pull = intake(corpus)
    pull.take(OWN, task(1, "11", TEXT, answer(1, region(TEXT, "Ada"))), "L1")
    pull.take(SECOND, task(2, "11", TEXT, answer(2, is_skipped=True)), "L2")
    pull.take(LOGINS, task(3, "11", TEXT, answer(3, region(TEXT, "Paris", "LOC"), by=2)), "L3")
    assert stored(corpus) == {
        ("11", "ada", 1): (ADA,),
        ("11", "ada", 2): "skipped",
        ("11", "ben@example.org", 1): (PARIS,),
    }
    assert (pull.problems, len(pull.stored)) == ([], 3)


def test_an_unchanged_answer_stores_nothing_and_a_changed_one_is_stored(corpus: Corpus) -> None:
    first = task(1, "11", TEXT, answer(1, region(TEXT, "Ada")))
    intake(corpus).take(OWN, first, "L")
    again = intake(corpus)
    again.take(OWN, first, "L")
    assert not again.stored
    changed = intake(corpus)
    changed.take(OWN, task(1, "11", TEXT, answer(1, region(TEXT, "Paris", "LOC"), minute=1)), "L")
    assert stored(corpus) == {("11", "ada", 1): (PARIS,)}
    assert list(changed.stored.values()) == [True]


def test_a_deleted_answer_is_withdrawn_with_a_row(corpus: Corpus) -> None:
    intake(corpus).take(OWN, task(1, "11", TEXT, answer(1, region(TEXT, "Ada"))), "L")
    pull = intake(corpus)
    pull.take(OWN, task(1, "11", TEXT), "L")
    assert stored(corpus) == {}
    assert [(row.rule, row.where, row.found, row.detail) for row in pull.problems] == [
        ("answer-deleted", "L ada", "the answer about post 11 was deleted",
         "withdrawn from the corpus"),
    ]  # fmt: skip
    assert pull.withdrawn == 1


def test_answers_of_a_deleted_task_stay_and_a_row_names_it(corpus: Corpus) -> None:
    intake(corpus).take(OWN, task(1, "11", TEXT, answer(1, region(TEXT, "Ada"))), "L")
    pull = intake(corpus)
    pull.task_deleted(OWN, 1, "L")
    assert stored(corpus) == {("11", "ada", 1): (ADA,)}
    assert rules(pull) == ["task-deleted"]
    assert Rounds.of(corpus).answered_tasks(OWN.key) == {}


def test_the_later_of_two_answers_counts_in_whatever_task(corpus: Corpus) -> None:
    pull = intake(corpus)
    late = task(1, "11", TEXT, answer(1, region(TEXT, "Ada"), minute=5))
    pull.take(OWN, late, "L1")
    pull.take(OWN, task(2, "11", TEXT, answer(2, region(TEXT, "Paris", "LOC"), minute=3)), "L2")
    assert stored(corpus) == {("11", "ada", 1): (ADA,)}
    assert [(row.rule, row.where) for row in pull.problems] == [
        ("task-twice", "L2"), ("answer-twice", "L2 ada"),
    ]  # fmt: skip
    states = [one.state for one in Rounds.of(corpus).answers_about(("11", "ada", 1))]
    assert states == ["replaced", "done"]


def test_a_second_task_of_a_post_in_a_project_gets_one_row(corpus: Corpus) -> None:
    pull = intake(corpus)
    for _ in "twice":
        pull.take(OWN, task(1, "11", TEXT), "L1")
        pull.take(OWN, task(2, "11", TEXT, answer(2, region(TEXT, "Ada"))), "L2")
        pull.take(SECOND, task(3, "11", TEXT), "L3")
        pull.take(OWN, task(4, None, TEXT), "L4")
    assert [(row.level, row.rule, row.where) for row in pull.problems] == [
        ("warning", "task-twice", "L2")
    ]
    assert pull.problems[0].detail.startswith("the first is task 1; each annotator's latest")
    assert stored(corpus) == {("11", "ada", 1): (ADA,)}


def test_two_answers_in_one_pull_count_as_one(corpus: Corpus) -> None:
    pull = intake(corpus)
    pull.take(OWN, task(1, "11", TEXT, answer(1, region(TEXT, "Ada"))), "L1")
    pull.take(OWN, task(2, "11", TEXT, answer(2, region(TEXT, "Paris", "LOC"), minute=3)), "L2")
    assert (stored(corpus), list(pull.stored.values())) == ({("11", "ada", 1): (PARIS,)}, [False])
    pull.take(OWN, task(3, "11", TEXT, answer(3, BAD, minute=4)), "L3")
    assert not pull.stored


def test_after_the_later_answer_is_deleted_the_earlier_one_counts_again(corpus: Corpus) -> None:
    early = task(2, "11", TEXT, answer(2, region(TEXT, "Paris", "LOC"), minute=3))
    before = intake(corpus)
    before.take(OWN, early, "L2")
    before.take(OWN, task(1, "11", TEXT, answer(1, region(TEXT, "Ada"), minute=5)), "L1")
    assert stored(corpus) == {("11", "ada", 1): (ADA,)}
    pull = intake(corpus)
    pull.take(OWN, task(1, "11", TEXT), "L1")
    assert pull.again == {("own", 2)}
    pull.take(OWN, early, "L2")
    assert stored(corpus) == {("11", "ada", 1): (PARIS,)}
    assert rules(pull) == ["answer-deleted", "task-twice"]


def test_a_refused_answer_keeps_what_was_stored_and_gets_rows_at_each_pull(
    corpus: Corpus,
) -> None:
    intake(corpus).take(OWN, task(1, "11", TEXT, answer(1, region(TEXT, "Ada"))), "L")
    bad = task(1, "11", TEXT, answer(1, BAD, minute=1))
    for _ in range(2):
        pull = intake(corpus)
        pull.take(OWN, bad, "L")
        assert rules(pull) == ["bounds"]
        assert stored(corpus) == {("11", "ada", 1): (ADA,)}
    gone = intake(corpus)
    gone.take(OWN, task(1, "11", TEXT), "L")
    assert (rules(gone), stored(corpus)) == (["answer-deleted"], {})


@pytest.mark.parametrize("post_id", ["99", None, 11, ["11"], "'; DROP TABLE posts; --"])
def test_an_answer_without_a_kept_post_is_refused(corpus: Corpus, post_id: object) -> None:
    pull = intake(corpus)
    pull.take(OWN, task(1, post_id, TEXT, answer(1)), "L")
    assert (rules(pull), stored(corpus)) == (["post"], {})


def test_an_answer_moves_with_a_task_that_changes_its_post(corpus: Corpus) -> None:
    intake(corpus).take(OWN, task(1, "11", TEXT, answer(1, region(TEXT, "Ada"))), "L")
    pull = intake(corpus)
    pull.take(OWN, task(1, "12", "Hi Ada", answer(1, region("Hi Ada", "Ada"))), "L")
    assert stored(corpus) == {("12", "ada", 1): (Span(3, 6, "PER"),)}
    assert rules(pull) == ["answer-deleted"]


def test_an_answer_that_breaks_a_guideline_rule_is_stored_with_a_warning(corpus: Corpus) -> None:
    text = "so @ada said"
    corpus.put_post(made_post("12", text))
    pull = intake(corpus)
    pull.take(OWN, task(1, "12", text, answer(1, region(text, "@ada"))), "L?task=1")
    assert stored(corpus) == {("12", "ada", 1): (Span(3, 7, "PER"),)}
    assert [(row.level, row.rule, row.where, row.detail) for row in pull.problems] == [
        ("warning", "sign", "L?task=1 ada", "docs/guidelines.md#sign")
    ]


@pytest.mark.parametrize(
    ("given", "seconds"),
    [(12.34, 12.3), (7, 7), (0, 0), (None, None), (-1.0, None), ("9", None), (float("inf"), None),
     (float("nan"), None), ([], None)],
)  # fmt: skip
def test_the_time_on_a_post_is_stored_if_it_is_valid(
    corpus: Corpus, given: object, seconds: float | None
) -> None:
    timed = answer(1, region(TEXT, "Ada")).model_copy(update={"lead_time": given})
    intake(corpus).take(OWN, task(1, "11", TEXT, timed), "L")
    [stored] = corpus.annotations()
    assert stored.seconds == seconds


def test_a_decision_of_the_review_becomes_gold_and_no_annotation(corpus: Corpus) -> None:
    corpus.put_gold(Gold(post_id="11", text=TEXT, spans=(), how="agreed:2"))
    decided = task(9, "11", TEXT, answer(1, region(TEXT, "Ada"), by=2))
    pull = intake(corpus)
    pull.take(REVIEW, decided, "L")
    gold = Gold(post_id="11", text=TEXT, spans=(ADA,), how="adjudicated:ben@example.org")
    assert (list(corpus.gold()), stored(corpus), pull.problems) == ([gold], {}, [])
    again = intake(corpus)
    again.take(REVIEW, decided, "L")
    assert not again.stored
    gone = intake(corpus)
    gone.take(REVIEW, task(9, "11", TEXT), "L")
    assert (list(corpus.gold()), rules(gone)) == ([], ["answer-deleted"])


def test_a_decision_of_an_earlier_round_does_not_replace_a_later_one(corpus: Corpus) -> None:
    pull = intake(corpus)
    pull.take(LATER_REVIEW, task(8, "11", TEXT, answer(1, region(TEXT, "Ada"))), "L8")
    pull.take(REVIEW, task(9, "11", TEXT, answer(2, minute=5)), "L9")
    [gold] = corpus.gold()
    assert (gold.spans, gold.round, rules(pull)) == ((ADA,), 2, ["gold-kept"])


def test_a_post_that_the_adjudicator_skips_loses_its_gold(corpus: Corpus) -> None:
    corpus.put_gold(Gold(post_id="11", text=TEXT, spans=(ADA,), how="agreed:2"))
    pull = intake(corpus)
    pull.take(REVIEW, task(9, "11", TEXT, answer(1, is_skipped=True)), "L")
    assert list(corpus.gold()) == []
