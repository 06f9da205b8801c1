"""Annotations of a corpus become gold by rule: every post has one status, and no gold goes without a row."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from mnerctl.annotation.agreement.adjudicate import AdjudicationStatus, adjudicate
from mnerctl.schema import Annotation, Corpus, Gold, Span
from mnerctl.schema.corpus.studio_rounds import AssignedPost, Rounds
from support.corpora import corpus_of, made_post

TEXT = "Ada meets Ben in Paris"
ADA, BEN, PARIS = Span(0, 3, "PER"), Span(10, 13, "PER"), Span(17, 22, "LOC")


@pytest.fixture
def corpus(tmp_path: Path) -> Iterator[Corpus]:
    posts = [made_post(str(number), TEXT) for number in range(11, 21)]
    with corpus_of(tmp_path / "corpus", posts) as opened:
        yield opened


def annotate(
    corpus: Corpus,
    post: int,
    annotator: str,
    *spans: Span,
    round: int = 1,
    is_skipped: bool = False,
    text: str = TEXT,
) -> None:
    corpus.put_annotation(
        Annotation(
            post_id=str(post),
            annotator=annotator,
            text=text,
            spans=spans,
            round=round,
            status="skipped" if is_skipped else "done",
        )
    )


def golds(corpus: Corpus) -> dict[str, tuple[str, tuple[Span, ...]]]:
    return {gold.post_id: (gold.how, gold.spans) for gold in corpus.gold()}


def statuses(corpus: Corpus, *, majority: bool = False) -> dict[AdjudicationStatus, int]:
    return adjudicate(corpus, majority=majority).status_counts


def test_every_post_has_one_statuses(corpus: Corpus) -> None:
    for name in ("ada", "ben", "cho"):
        annotate(corpus, 11, name, ADA)
    annotate(corpus, 12, "ada", ADA, PARIS)
    annotate(corpus, 12, "ben", ADA, PARIS)
    annotate(corpus, 12, "cho", ADA)
    annotate(corpus, 13, "ada", ADA)
    annotate(corpus, 14, "ben", ADA)
    annotate(corpus, 15, "ada", is_skipped=True)
    annotate(corpus, 16, "ada", is_skipped=True)
    annotate(corpus, 16, "ben", ADA)
    annotate(corpus, 17, "ada", text="an older text")
    annotate(corpus, 18, "ada")
    corpus.settle("18", "gone")
    annotate(corpus, 19, "ada", BEN)
    corpus.put_gold(Gold(post_id="19", text=TEXT, spans=(ADA,), how="adjudicated:eve@example.org"))
    rounds = Rounds.of(corpus)
    rounds.assign(
        1, [AssignedPost("13", "ada", is_shared=False), AssignedPost("14", "ben", is_shared=True)]
    )

    result = adjudicate(corpus, majority=False)
    assert result.status_counts == {
        "agreed": 1, "undecided": 2, "single": 1, "waiting": 1, "skipped": 1, "outdated": 1,
        "not_kept": 1, "adjudicated": 1,
    }  # fmt: skip
    assert [dispute.post.id for dispute in result.disputes] == ["12", "16"]
    assert result.problems == ()
    assert golds(corpus) == {
        "11": ("agreed:3", (ADA,)),
        "13": ("annotator:ada", (ADA,)),
        "19": ("adjudicated:eve@example.org", (ADA,)),
    }
    assert statuses(corpus, majority=True)["majority"] == 1
    assert golds(corpus)["12"] == ("majority:2/3", (ADA, PARIS))


def test_the_latest_round_of_each_counts(corpus: Corpus) -> None:
    annotate(corpus, 11, "ada", ADA)
    annotate(corpus, 11, "ben", BEN)
    annotate(corpus, 11, "ben", ADA, round=2)
    assert statuses(corpus) == {"agreed": 1}


@pytest.mark.parametrize("asked", ["ada", "ben"])
def test_gold_of_one_annotator_stays_until_a_later_round_is_answered(
    corpus: Corpus, asked: str
) -> None:
    Rounds.of(corpus).assign(1, [AssignedPost("11", "ada", is_shared=False)])
    annotate(corpus, 11, "ada", ADA)
    assert statuses(corpus) == {"single": 1}
    Rounds.of(corpus).assign(2, [AssignedPost("11", asked, is_shared=True)])
    opened = adjudicate(corpus, majority=False)
    assert (opened.status_counts, opened.problems) == ({"single": 1}, ())
    assert golds(corpus) == {"11": ("annotator:ada", (ADA,))}
    annotate(corpus, 11, asked, ADA, PARIS, round=2)
    answered = {"ada": {"single": 1}, "ben": {"undecided": 1}}
    assert statuses(corpus) == answered[asked]
    assert golds(corpus) == ({"11": ("annotator:ada", (ADA, PARIS))} if asked == "ada" else {})


def test_running_again_changes_nothing_and_gold_without_its_reason_is_withdrawn_with_a_row(
    corpus: Corpus,
) -> None:
    for post in (11, 12, 13):
        annotate(corpus, post, "ada", ADA)
        annotate(corpus, post, "ben", ADA)
    adjudicate(corpus, majority=False)
    before = golds(corpus)
    assert (adjudicate(corpus, majority=False).problems, golds(corpus)) == ((), before)
    annotate(corpus, 12, "ben", BEN)
    for name in ("ada", "ben"):
        corpus.drop_annotation("13", name, 1)
    result = adjudicate(corpus, majority=False)
    assert [(row.rule, row.where, row.found) for row in result.problems] == [
        ("gold-withdrawn", "post 12", "agreed:2, but the post is undecided now"),
        ("gold-withdrawn", "post 13", "agreed:2, but its annotations are gone"),
    ]
    assert set(golds(corpus)) == {"11"}


def test_a_persons_decision_stays_and_a_note_says_that_the_rule_differs(
    corpus: Corpus,
) -> None:
    how = "adjudicated:eve@example.org"
    corpus.put_gold(Gold(post_id="11", text=TEXT, spans=(BEN,), how=how))
    for name in ("ada", "ben"):
        annotate(corpus, 11, name, ADA)
    result = adjudicate(corpus, majority=False)
    assert golds(corpus) == {"11": (how, (BEN,))}
    assert [(row.level, row.rule, row.found, row.wanted) for row in result.problems] == [
        ("note", "gold-kept", "other spans by rule (agreed:2)", f"the spans of {how}, which stay")
    ]


def test_a_decision_on_an_older_text_is_withdrawn_with_a_row(corpus: Corpus) -> None:
    how = "adjudicated:eve@example.org"
    corpus.put_gold(Gold(post_id="11", text="older", spans=(), how=how))
    for name in ("ada", "ben"):
        annotate(corpus, 11, name, ADA)
    result = adjudicate(corpus, majority=False)
    assert golds(corpus) == {"11": ("agreed:2", (ADA,))}
    assert [row.found for row in result.problems] == [
        f"{how}, but the post's text has changed since"
    ]


def test_a_skip_is_a_vote_and_is_shown(corpus: Corpus) -> None:
    for name in ("ada", "ben"):
        annotate(corpus, 11, name, ADA)
        annotate(corpus, 12, name, ADA, *([PARIS] if name == "ben" else []))
    for post in (11, 12, 13):
        annotate(corpus, post, "cho", is_skipped=True)
    annotate(corpus, 13, "ada", ADA)
    assert statuses(corpus) == {"undecided": 3}
    result = adjudicate(corpus, majority=True)
    assert golds(corpus) == {"11": ("majority:2/3", (ADA,))}
    assert [(row.level, row.rule, row.where, row.found) for row in result.problems] == [
        ("note", "skip-outvoted", "post 11", "skipped by cho")
    ]
    assert [dispute.post.id for dispute in result.disputes] == ["12", "13"]


def test_the_rule_is_remembered_and_changes_on_purpose_only(corpus: Corpus) -> None:
    annotate(corpus, 11, "ada", ADA, PARIS)
    annotate(corpus, 11, "ben", ADA, PARIS)
    annotate(corpus, 11, "cho", ADA)
    runs = []
    for majority in (None, True, None, False, None):
        result = adjudicate(corpus, majority=majority)
        runs.append((result.was_majority, result.majority, sorted(golds(corpus))))
    assert runs == [
        (None, False, []), (False, True, ["11"]), (True, True, ["11"]), (True, False, []),
        (False, False, []),
    ]  # fmt: skip


def test_a_corpus_of_before_goes_on_by_its_majority(corpus: Corpus) -> None:
    for name, spans in (("ada", (ADA, PARIS)), ("ben", (ADA, PARIS)), ("cho", (ADA,))):
        annotate(corpus, 11, name, *spans)
    corpus.put_gold(Gold(post_id="11", text=TEXT, spans=(ADA, PARIS), how="majority:2/3"))
    result = adjudicate(corpus)
    assert (result.was_majority, result.majority, result.problems) == (True, True, ())
    assert set(golds(corpus)) == {"11"}


def test_one_person_with_two_names_votes_once(corpus: Corpus) -> None:
    with (corpus.folder / "mnerctl.toml").open("a") as file:
        file.write('ada = ["Ada@example.org"]\n')
    annotate(corpus, 11, "ada", ADA)
    annotate(corpus, 11, "ben", BEN)
    annotate(corpus, 11, "ada@example.org", BEN, round=2)
    assert statuses(corpus) == {"agreed": 1}
    assert golds(corpus) == {"11": ("agreed:2", (BEN,))}
