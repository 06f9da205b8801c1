"""A second task of a post, imported by hand: the real Label Studio accepts it; pull and push report it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mnerctl.annotation import adjudicate, pull, push_round
from mnerctl.schema import Corpus, Gold, Problem, Span
from support.answers import region
from support.corpora import corpus_of, drawn_image, made_post
from support.label_studio import Home, emptied, let_me_be

pytestmark = pytest.mark.contract

TEXT = "Ada in Paris"
TITLE = "imported twice"
ADA, PARIS = region(TEXT, "Ada"), region(TEXT, "Paris", "LOC")


@pytest.fixture
def corpus(label_studio: Home) -> Iterator[Corpus]:
    with emptied(label_studio), corpus_of(label_studio.corpus, []) as opened:
        let_me_be(label_studio, opened.folder, "ada", "ben")
        image = drawn_image(opened, 0, size=(40, 30), colour="teal")
        for post_id in ("901", "902"):
            opened.put_post(made_post(post_id, TEXT, images=(image,)))
            opened.settle(post_id, "kept")
        yield opened


def annotate(home: Home, task: int, *result: object) -> None:
    home.call("POST", f"/api/tasks/{task}/annotations/", {"result": result})


def test_a_second_task_is_reported_and_each_annotators_latest_answer_counts(
    label_studio: Home, corpus: Corpus
) -> None:
    """Ada answers both tasks of post 901, first wrongly; Ben finds the second task alone."""
    studio = label_studio.studio

    def push_again() -> list[tuple[int, int]]:
        pushed = push_round(corpus, studio, title=TITLE, annotators=("ada", "ben"))
        problems.extend(row for one in pushed for row in one.problems)
        return [(one.added, one.present) for one in pushed]

    problems: list[Problem] = []
    assert push_again() == [(2, 0), (2, 0)]
    twins = []
    for name in ("ada", "ben"):
        title = f"{TITLE} r1 {name}"
        [project] = [one for one in studio.projects() if one.title == title]
        once = {
            str(task.data["post_id"]): task
            for task in studio.tasks(project, with_annotations=False)
        }
        studio.add_tasks(project, [once["901"].data])
        twin = max(task.id for task in studio.tasks(project, with_annotations=False))
        if name == "ada":
            annotate(label_studio, once["901"].id, ADA)
        annotate(label_studio, once["902"].id, ADA)
        annotate(label_studio, twin, ADA, PARIS)
        twins.append(("task-twice", studio.task_link(project, twin)))

    pulled = pull(corpus, studio)
    named = [(row.rule, row.where) for row in pulled.problems]
    assert [row for row in named if row[0] == "task-twice"] == twins
    assert [rule for rule, _ in named].count("answer-twice") == len(named) - len(twins) == 1
    assert (pulled.stored, pulled.superseded) == (4, 1)
    assert adjudicate(corpus, majority=False).status_counts == {"agreed": 2}
    both = (Span(0, 3, "PER"), Span(7, 12, "LOC"))
    assert list(corpus.gold()) == [
        Gold(post_id="901", text=TEXT, spans=both, how="agreed:2"),
        Gold(post_id="902", text=TEXT, spans=both[:1], how="agreed:2"),
    ]
    again = pull(corpus, studio)
    assert (again.stored, again.unchanged, again.superseded) == (0, 4, 1)
    assert push_again() == [(0, 2), (0, 2)]
    assert [(row.rule, row.where) for row in problems] == twins
