"""A round with three blind annotators at the real Label Studio: assigned, changed, deleted, pulled."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import Any

import pytest

from mnerctl.annotation import (
    PullResult,
    adjudicate,
    pull,
    push,
    push_review,
    push_round,
    read_suggestions,
    suggest,
    suggestion_outcomes,
)
from mnerctl.annotation.push.push import blind_title
from mnerctl.annotation.push.review import DRAFT
from mnerctl.annotation.studio.shapes import NewPrediction, Project
from mnerctl.annotation.suggest.suggestion import Suggestion
from mnerctl.schema import Corpus, Gold, RemoteError, Span, UsageError
from mnerctl.schema.corpus.studio_rounds import Rounds
from mnerctl.schema.release.agreement import Outcome
from support.answers import region
from support.corpora import corpus_of, drawn_image, made_post
from support.label_studio import Home, let_me_be

pytestmark = pytest.mark.contract

TEXT = "LeBron James and 👨‍👩‍👧‍👦 visit Paris 🇫🇷"
NAMES = ("ada", "ben", "cho")
TITLE = "round " + "x" * 60
PER, LOC = Span(0, 12, "PER"), Span(TEXT.index("Paris"), TEXT.index("Paris") + 5, "LOC")


def empty(home: Home) -> None:
    for path in home.corpus.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    (home.corpus / "images").mkdir()


@pytest.fixture(scope="module")
def corpus(label_studio: Home) -> Iterator[Corpus]:
    """Ten posts with the same text and two pictures, in the folder that the server shows."""
    empty(label_studio)
    with corpus_of(label_studio.corpus, []) as opened:
        let_me_be(label_studio, opened.folder, *NAMES, "dan")
        images = tuple(
            drawn_image(opened, position, size=(40, 30), colour=colour)
            for position, colour in enumerate(("teal", "gold"))
        )
        for number in range(10):
            opened.put_post(made_post(str(700 + number), TEXT, images=images))
            opened.settle(str(700 + number), "kept")
        yield opened
    empty(label_studio)


def tasks_of(home: Home, name: str) -> dict[str, int]:
    project = titled(home, blind_title(TITLE, name, 1))
    tasks = home.studio.tasks(project, with_annotations=False)
    return {str(task.data["post_id"]): task.id for task in tasks}


def titled(home: Home, title: str) -> Project:
    [project] = [one for one in home.studio.projects() if one.title == title]
    return project


def annotate(home: Home, task: int, *spans: tuple[str, str], **more: object) -> int:
    """Submit an answer as the page does; return its id."""
    result = [region(TEXT, words, type) for words, type in spans]
    answer: Any = home.call("POST", f"/api/tasks/{task}/annotations/", {"result": result, **more})
    number: int = answer["id"]
    return number


def counts(pulled: PullResult) -> tuple[int, int, int, int]:
    return pulled.stored, pulled.changed, pulled.unchanged, pulled.withdrawn


def pull_all(home: Home, corpus: Corpus) -> PullResult:
    return pull(corpus, home.studio)


def test_a_blind_round_from_assignment_to_deleted_task(label_studio: Home, corpus: Corpus) -> None:
    studio = label_studio.studio
    pushed = push_round(corpus, studio, title=TITLE, annotators=NAMES, overlap=0.4)
    assert [(one.annotator, one.added, one.problems) for one in pushed] == [
        (name, 6, ()) for name in NAMES
    ]  # four for everybody, and two each of the other six
    assert [len(one.title) for one in pushed] == [50, 50, 50]
    again = push_round(corpus, studio, title=TITLE, annotators=NAMES)
    assert [(one.added, one.present) for one in again] == [(0, 6)] * 3
    with pytest.raises(UsageError, match=r"round 1 was started with 0\.4"):
        push_round(corpus, studio, title=TITLE, annotators=NAMES, overlap=0.5)

    tasks = {name: tasks_of(label_studio, name) for name in NAMES}
    shared = sorted(set.intersection(*(set(theirs) for theirs in tasks.values())))
    assert (len(shared), len(set.union(*(set(theirs) for theirs in tasks.values())))) == (4, 10)
    ids = {
        name: annotate(label_studio, theirs[shared[0]], ("LeBron James", "PER"))
        for name, theirs in tasks.items()
    }
    annotate(label_studio, tasks["ada"][shared[1]], ("Paris", "LOC"))
    annotate(label_studio, tasks["ben"][shared[1]], was_cancelled=True)
    label_studio.call("POST", f"/api/tasks/{tasks['cho'][shared[1]]}/drafts", {"result": []})

    first = pull_all(label_studio, corpus)
    assert counts(first) == (5, 0, 0, 0)
    assert [
        (one.annotator, one.done, one.skipped, one.spans, one.open, one.drafts)
        for one in first.tallies
    ] == [("ada", 2, 0, 2, 4, 0), ("ben", 1, 1, 1, 4, 0), ("cho", 1, 0, 1, 5, 1)]
    assert {(a.post_id, a.annotator, a.spans, a.status) for a in corpus.annotations()} == {
        *((shared[0], name, (PER,), "done") for name in NAMES),
        (shared[1], "ada", (LOC,), "done"),
        (shared[1], "ben", (), "skipped"),
    }
    assert counts(pull_all(label_studio, corpus)) == (0, 0, 5, 0)

    changed = {"result": [region(TEXT, "Paris", "LOC")]}
    label_studio.call("PATCH", f"/api/annotations/{ids['ada']}/", changed)
    label_studio.call("DELETE", f"/api/annotations/{ids['ben']}/")
    second = pull_all(label_studio, corpus)
    assert counts(second) == (1, 1, 3, 1)
    assert [(row.rule, row.found) for row in second.problems] == [
        ("answer-deleted", f"the answer about post {shared[0]} was deleted")
    ]
    about = {a.annotator: a.spans for a in corpus.annotations() if a.post_id == shared[0]}
    assert about == {"ada": (LOC,), "cho": (PER,)}

    label_studio.call("DELETE", f"/api/tasks/{tasks['ada'][shared[1]]}/")
    third = pull_all(label_studio, corpus)
    assert [row.rule for row in third.problems] == ["task-deleted"]
    assert corpus.annotation(shared[1], "ada", 1) is not None
    assert [row.rule for row in pull_all(label_studio, corpus).problems] == []


def test_a_renamed_project_is_found_and_the_pulled_state_survives_another_push(
    label_studio: Home, corpus: Corpus
) -> None:
    known = Rounds.of(corpus).projects()
    assert [project.annotator for project in known] == list(NAMES)
    label_studio.call("PATCH", f"/api/projects/{known[0].id}/", {"title": "what ada does"})
    pushed = push_round(corpus, label_studio.studio, title=TITLE, annotators=NAMES)
    assert pushed[0].title == "what ada does"
    assert [one.added for one in pushed] == [1, 0, 0]  # the task that was deleted above
    assert Rounds.of(corpus).projects() == known


def test_disputed_posts_are_reviewed_and_become_gold(label_studio: Home, corpus: Corpus) -> None:
    studio = label_studio.studio
    tasks = {name: tasks_of(label_studio, name) for name in ("ben", "cho")}
    disputed, agreed = sorted(set(tasks["ben"]) & set(tasks["cho"]))[-2:]
    ids = [
        annotate(label_studio, tasks[name][post], (words, type))
        for name, post, words, type in (
            ("ben", agreed, "Paris", "LOC"),
            ("cho", agreed, "Paris", "LOC"),
            ("ben", disputed, "Paris", "LOC"),
            ("cho", disputed, "Paris", "MISC"),
        )
    ]
    pull_all(label_studio, corpus)
    result = adjudicate(corpus, majority=False)
    gold = {gold.post_id: gold for gold in corpus.gold()}
    assert gold[agreed].how == "agreed:2"
    assert disputed in [dispute.post.id for dispute in result.disputes]

    [pushed] = push_review(corpus, studio, result.disputes, title=TITLE)
    assert (pushed.added, pushed.problems) == (len(result.disputes), ())
    assert shown(label_studio, pushed.project, disputed) == {
        "ben": "LOC",
        "cho": "MISC",
        DRAFT: None,
    }
    changed = {"result": [region(TEXT, "Paris", "ORG")]}
    label_studio.call("PATCH", f"/api/annotations/{ids[3]}/", changed)
    pull_all(label_studio, corpus)
    [again] = push_review(corpus, studio, adjudicate(corpus).disputes, title=TITLE)
    assert (again.added, again.present) == (0, pushed.added)
    assert shown(label_studio, pushed.project, disputed) == {
        "ben": "LOC",
        "cho": "ORG",
        DRAFT: None,
    }

    project = next(one for one in studio.projects() if one.id == pushed.project)
    review = {
        str(task.data["post_id"]): task.id for task in studio.tasks(project, with_annotations=False)
    }
    decision = annotate(label_studio, review[disputed], ("LeBron James", "PER"))
    pulled = pull_all(label_studio, corpus)
    assert (pulled.decided, pulled.problems) == (1, ())
    assert corpus.gold_of(disputed) == Gold(
        post_id=disputed, text=TEXT, spans=(PER,), how=f"adjudicated:{label_studio.server.email}"
    )
    assert adjudicate(corpus, majority=False).status_counts["adjudicated"] == 1
    label_studio.call("DELETE", f"/api/annotations/{decision}/")
    assert [row.rule for row in pull_all(label_studio, corpus).problems] == ["answer-deleted"]
    assert corpus.gold_of(disputed) is None


def shown(home: Home, project: int, post: str) -> dict[str, str | None]:
    """Return the type of the only span of each suggestion for a post, by annotator; None without a span."""
    page: Any = home.call("GET", f"/api/tasks/?project={project}&fields=all&page_size=100")
    [task] = [task for task in page["tasks"] if task["data"]["post_id"] == post]
    return {
        one["model_version"]: one["result"][0]["value"]["labels"][0] if one["result"] else None
        for one in task["predictions"]
    }


def test_suggestions_are_shown_once_and_the_least_certain_comes_first(
    label_studio: Home, corpus: Corpus
) -> None:
    studio = label_studio.studio
    [pushed] = push_round(corpus, studio, title="suggestions", annotators=["dan"], round=5)
    title = pushed.title
    project = titled(label_studio, title)
    suggestions = [
        Suggestion(post_id=post, source="model", spans=(PER,), scores=(score,), score=score)
        for post, score in (("701", 0.9), ("702", 0.25), ("703", 0.5), ("704", 0.75))
    ]

    def run(these: list[Suggestion]) -> tuple[int, int, int, int]:
        [one] = suggest(corpus, studio, these, source="model", title=title)
        return one.added, one.present, one.answered, one.absent

    assert run(suggestions) == (4, 0, 0, 0)
    assert run(suggestions) == (0, 4, 0, 0)
    first: Any = label_studio.call("GET", f"/api/projects/{project.id}/next")
    assert (first["data"]["post_id"], len(first["predictions"])) == ("702", 1)
    [drawn] = first["predictions"][0]["result"]
    assert (drawn["value"]["labels"], drawn["score"]) == (["PER"], 0.25)

    annotate(label_studio, first["id"], ("LeBron James", "PER"), ("Paris", "LOC"))
    other = suggestions[1].model_copy(update={"spans": (LOC,)})
    assert run([other, *suggestions[2:]]) == (0, 2, 1, 0)
    sure = suggestions[0].model_copy(update={"score": 0.125, "scores": (0.125,)})
    assert run([sure]) == (1, 0, 0, 0)
    predictions: Any = label_studio.call("GET", f"/api/predictions/?project={project.id}")
    assert len(predictions) == 4

    pulled = pull(corpus, studio, title=title)
    assert (pulled.stored, pulled.problems) == (1, ())
    kept = suggestion_outcomes(read_suggestions(corpus.folder), corpus.annotations())
    assert kept == {"model": Outcome(kept=1, added=1)}


def test_a_suggestion_that_the_server_drops_is_an_error(label_studio: Home, corpus: Corpus) -> None:
    """The server answers 201, and only its log says that the page has no such name."""
    studio = label_studio.studio
    push(corpus, studio, title="dropped")
    project = titled(label_studio, "dropped")
    task = next(studio.tasks(project, with_annotations=False)).id
    elsewhere = {**region(TEXT, "Paris", "LOC"), "from_name": "elsewhere"}
    new = [NewPrediction(task, "model", [one]) for one in (region(TEXT, "Paris", "LOC"), elsewhere)]
    with pytest.raises(RemoteError, match="'dropped': 1 of 2 suggestions accepted; wanted all"):
        studio.add_predictions(project, new)
