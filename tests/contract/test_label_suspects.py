"""`mnerctl label push --suspects` with the real Label Studio: only these posts, and each of them once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from mnerctl.annotation import adjudicate, pull, push_round
from mnerctl.schema import Corpus, Gold, Span
from mnerctl.schema.corpus.studio_rounds import Rounds
from support.answers import region
from support.corpora import corpus_of, drawn_image, made_post
from support.label_studio import Home, emptied, let_me_be, mnerctl

pytestmark = pytest.mark.contract

TEXT = "Ada in Paris"
NAMES = ("ada", "ben")
ADA, PARIS = Span(0, 3, "PER"), Span(7, 12, "LOC")


@pytest.fixture(scope="module")
def corpus(label_studio: Home) -> Iterator[Corpus]:
    """Four posts on which ada and ben agreed in round 1, with gold."""
    with emptied(label_studio), corpus_of(label_studio.corpus, []) as opened:
        let_me_be(label_studio, opened.folder, *NAMES)
        image = drawn_image(opened, 0, size=(40, 30), colour="teal")
        for number in range(801, 805):
            opened.put_post(made_post(str(number), TEXT, images=(image,)))
            opened.settle(str(number), "kept")
        push_round(opened, label_studio.studio, title="mnerctl corpus", annotators=NAMES)
        for tasks in tasks_by_project(label_studio, opened, 1):
            for task in tasks.values():
                annotate(label_studio, task["id"], region(TEXT, "Ada"))
        pull(opened, label_studio.studio)
        assert adjudicate(opened, majority=False).status_counts == {"agreed": 4}
        path = label_studio.corpus.parent / "suspects.jsonl"
        lines = (
            {"id": "803", "reason": "gold has no entity there", "score": 0.97},
            {"id": "802", "reason": "gold has “Ada” as PER", "score": 0.9},
            {"id": "803", "reason": "gold has “Ada” as PER", "score": 0.5},
            {"id": "999"},
        )
        path.write_text("".join(f"{json.dumps(line)}\n" for line in lines), encoding="utf-8")
        yield opened


def tasks_by_project(home: Home, corpus: Corpus, round: int) -> list[dict[str, Any]]:
    """Return the tasks of each project of a round, by post."""
    found = []
    for project in Rounds.of(corpus).projects():
        if project.round == round:
            page: Any = home.call("GET", f"/api/tasks/?project={project.id}&page_size=100")
            found.append({task["data"]["post_id"]: task for task in page["tasks"]})
    return found


def annotate(home: Home, task: int, *result: object) -> None:
    home.call("POST", f"/api/tasks/{task}/annotations/", {"result": result})


def push_suspects(home: Home, *words: str) -> Any:
    path = home.corpus.parent / "suspects.jsonl"
    ended = mnerctl(home, "label", "push", "--suspects", str(path), *words, "--json")
    assert ended.code == 0, ended.err
    assert "warning post" in ended.err and "post 999; wanted a post kept in" in ended.err
    return [(one["title"], one["added"], one["present"]) for one in json.loads(ended.out)]


def test_each_annotator_gets_the_suspects_again_and_gold_follows(
    label_studio: Home, corpus: Corpus
) -> None:
    names = ("--annotators", "ada,ben")
    titles = ["mnerctl corpus r2 ada", "mnerctl corpus r2 ben"]
    assert push_suspects(label_studio, *names) == [(title, 2, 0) for title in titles]
    assert push_suspects(label_studio, *names) == [(title, 0, 2) for title in titles]
    for tasks in tasks_by_project(label_studio, corpus, 2):
        assert [(post, task["data"]["note"]) for post, task in tasks.items()] == [
            ("803", "gold has no entity there; gold has “Ada” as PER"),
            ("802", "gold has “Ada” as PER"),
        ]  # the worst first
        annotate(
            label_studio, tasks["803"]["id"], region(TEXT, "Ada"), region(TEXT, "Paris", "LOC")
        )
        annotate(label_studio, tasks["802"]["id"], region(TEXT, "Ada"))
    pulled = pull(corpus, label_studio.studio)
    assert (pulled.stored, pulled.problems) == (4, ())
    assert len(list(corpus.annotations("ada"))) == 6
    assert adjudicate(corpus, majority=False).status_counts == {"agreed": 4}
    assert {gold.post_id: gold.spans for gold in corpus.gold()} == {
        "801": (ADA,), "802": (ADA,), "803": (ADA, PARIS), "804": (ADA,),
    }  # fmt: skip
    assert corpus.gold_of("803") == Gold(
        post_id="803", text=TEXT, spans=(ADA, PARIS), how="agreed:2"
    )


def test_without_annotators_there_is_one_project_for_the_suspects(
    label_studio: Home, corpus: Corpus
) -> None:
    title = "mnerctl corpus suspects r3"
    assert push_suspects(label_studio, "--round", "3") == [(title, 2, 0)]
    assert push_suspects(label_studio, "--round", "3") == [(title, 0, 2)]
    [tasks] = tasks_by_project(label_studio, corpus, 3)
    annotate(label_studio, tasks["802"]["id"])
    pulled = pull(corpus, label_studio.studio)
    me = label_studio.server.email
    [row] = pulled.problems
    assert (row.rule, row.found) == (
        "login", f"an answer by {me} in a project for everybody; this login is of ada and ben",
    )  # fmt: skip
    assert [one for one in corpus.annotations() if one.round == 3] == []
