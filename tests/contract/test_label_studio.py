"""Push, annotate and pull with the real Label Studio, which checks nothing."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest

from mnerctl.annotation import (
    PullResult,
    Studio,
    pull,
    push,
    result_from_annotation,
    running_server,
)
from mnerctl.annotation.push.task_pictures import LOCAL_FILES
from mnerctl.annotation.studio.mark import Mark
from mnerctl.schema import Annotation, Corpus, Post, RemoteError, Span, UsageError
from mnerctl.schema.corpus.studio_rounds import Rounds
from mnerctl.schema.problem import errors_in
from support.corpora import HARD_TEXTS, corpus_of, drawn_image, made_post
from support.label_studio import Home

pytestmark = pytest.mark.contract

SIZES = ((320, 200), (90, 260), (600, 80), (24, 24))
COLOURS = ("teal", "salmon", "gold", "navy")
TITLE = "contract round 1"


@pytest.fixture(scope="module")
def corpus(label_studio: Home) -> Iterator[Corpus]:
    """Five posts with 2 to 4 pictures each."""
    with corpus_of(label_studio.corpus, []) as opened:
        for number, text in enumerate(HARD_TEXTS[:5]):
            looks = list(zip(SIZES, COLOURS, strict=True))[: 2 + number % 3]
            images = tuple(
                drawn_image(opened, position, size=size, colour=colour)
                for position, (size, colour) in enumerate(looks)
            )
            opened.put_post(made_post(str(100 + number), text, images=images))
            opened.settle(str(100 + number), "kept")
        yield opened


@pytest.fixture(scope="module")
def tasks(label_studio: Home, corpus: Corpus) -> dict[str, int]:
    """The task of each post, after a first push."""
    pushed = push(corpus, label_studio.studio, title=TITLE)
    assert (pushed.added, pushed.present, pushed.refused, pushed.problems) == (5, 0, 0, ())
    return task_ids(label_studio)


def task_ids(home: Home) -> dict[str, int]:
    [project] = [one for one in home.studio.projects() if one.title == TITLE]
    tasks = home.studio.tasks(project, with_annotations=False)
    return {str(task.data["post_id"]): task.id for task in tasks}


def post_of(corpus: Corpus, post_id: str) -> Post:
    post = corpus.post(post_id)
    assert post is not None
    return post


def annotate(home: Home, task: int, result: list[Any], **more: object) -> int:
    answer: Any = home.call("POST", f"/api/tasks/{task}/annotations/", {"result": result, **more})
    number: int = answer["id"]
    return number


def labels(start: object, end: object, text: str, *types: str) -> dict[str, object]:
    value = {"start": start, "end": end, "text": text, "labels": list(types)}
    return {
        "id": f"r{start}",
        "from_name": "ner",
        "to_name": "text",
        "type": "labels",
        "value": value,
    }


def counts(pulled: PullResult) -> tuple[int, int, int, int]:
    return pulled.stored, pulled.unchanged, pulled.refused, pulled.superseded


def test_pushing_again_adds_nothing(
    label_studio: Home, corpus: Corpus, tasks: dict[str, int]
) -> None:
    again = push(corpus, label_studio.studio, title=TITLE)
    assert (again.added, again.present) == (0, 5)
    assert task_ids(label_studio) == tasks
    [project] = [one for one in label_studio.studio.projects() if one.title == TITLE]
    views: Any = label_studio.call("GET", f"/api/dm/views/?project={project.id}")
    storages: Any = label_studio.call("GET", f"/api/storages/localfiles/?project={project.id}")
    assert [len(views), len(storages)] == [1, 1]


def test_the_server_shows_each_picture_to_logged_in_users_only(
    label_studio: Home, corpus: Corpus, tasks: dict[str, int]
) -> None:
    task: Any = label_studio.call("GET", f"/api/tasks/{tasks['102']}")
    addresses = [image["url"] for image in task["data"]["images"]]
    assert len(addresses) == 4
    assert all(label_studio.studio.is_served(address) for address in addresses)
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(label_studio.server.url + addresses[0])
    assert caught.value.code == 401
    assert not label_studio.studio.is_served(LOCAL_FILES + "corpus.db")


def test_good_answers_are_stored_and_bad_ones_get_rows(
    label_studio: Home, corpus: Corpus, tasks: dict[str, int]
) -> None:
    studio, me = label_studio.studio, label_studio.server.email
    paris = post_of(corpus, "100")
    at = paris.text.index("Paris")
    done = Annotation(
        post_id="100",
        annotator=me,
        text=paris.text,
        spans=(Span(0, 12, "PER"), Span(at, at + 5, "LOC")),
        evidence=((0, 1), ()),
        relevance=("helps", "misleads"),
    )
    annotate(label_studio, tasks["100"], result_from_annotation(done, paris))
    lines = post_of(corpus, "101")
    york = lines.text.index("New York")
    bad = [
        labels(5000, 6000, "x", "PER"),
        labels(9, 3, "x", "LOC"),
        labels(york, york + 8, "New York", "CITY"),
        labels(york, york + 8, "Old York", "LOC"),
        labels(0, 3, "two"),
    ]
    # the server accepts all of this with 201, so pull must check it
    refused = annotate(label_studio, tasks["101"], bad)
    dubai = post_of(corpus, "102").text.index("Dubai")
    skipped = [labels(dubai, dubai + 5, "Dubai", "LOC")]
    annotate(label_studio, tasks["102"], skipped, was_cancelled=True)
    half = post_of(corpus, "103").text.index("Trump")
    annotate(label_studio, tasks["103"], [labels(half, half + 4, "Trum", "PER")])
    annotate(label_studio, tasks["103"], [labels(half, half + 5, "Trump", "PER")])

    pulled = pull(corpus, studio, title=TITLE)

    assert counts(pulled) == (3, 0, 1, 1)
    assert (pulled.spans, pulled.skipped, pulled.open, pulled.drafts) == (3, 1, 1, 0)
    stored = {annotation.post_id: annotation for annotation in corpus.annotations()}
    assert sorted(stored) == ["100", "102", "103"]
    assert stored["100"].model_copy(update={"at": None}) == done
    assert (stored["102"].status, stored["102"].spans) == ("skipped", ())
    assert stored["103"].spans == (Span(half, half + 5, "PER"),)
    link = f"{label_studio.server.url}/projects/{project_id(studio)}/data?task={tasks['101']} {me}"
    length = len(lines.text)
    assert [(row.rule, row.where, row.found, row.wanted) for row in errors_in(pulled.problems)] == [
        ("bounds", f"{link} region 1", "[5000, 6000)", f"inside the text of {length} code points"),
        ("order", f"{link} region 2", "[9, 3)", "start before end; a span is never empty"),
        ("type", f"{link} region 3", "'CITY'", "one of PER, LOC, ORG, MISC"),
        ("surface", f"{link} region 4", "'Old York'",
         f"'New York', which is at [{york}, {york + 8})"),
        ("type", f"{link} region 5", "no type", "one of PER, LOC, ORG, MISC"),
    ]  # fmt: skip
    assert [row.rule for row in pulled.problems if row.level == "warning"] == ["answer-twice"]

    assert counts(pull(corpus, studio, title=TITLE)) == (0, 3, 1, 1)
    assert {a.post_id: a for a in corpus.annotations()} == stored

    fixed = {"result": [labels(york, york + 8, "New York", "LOC")]}
    label_studio.call("PATCH", f"/api/annotations/{refused}/", fixed)
    last = pull(corpus, studio, title=TITLE)
    assert counts(last) == (1, 3, 0, 1)
    assert errors_in(last.problems) == []


def project_id(studio: Studio) -> int:
    [project] = [one for one in studio.projects() if one.title == TITLE]
    return project.id


def test_a_task_without_a_kept_post_and_a_changed_text_are_problems(
    label_studio: Home, corpus: Corpus, tasks: dict[str, int]
) -> None:
    title = "contract foreign"
    mark = Mark(corpus=Rounds.of(corpus).identity(), title=title).text()
    page = "<View><Text name='t' value='$text'/></View>"
    project = label_studio.studio.create_project(title, page, mark)
    for data in (
        {"text": "no id"},
        {"post_id": "999", "text": "x"},
        {"post_id": "100", "text": "x"},
    ):
        label_studio.studio.add_tasks(project, [data])
    for task in list(label_studio.studio.tasks(project, with_annotations=False)):
        annotate(label_studio, task.id, [])
    pulled = pull(corpus, label_studio.studio, title=title)
    assert counts(pulled) == (0, 0, 3, 0)
    assert sorted(row.rule for row in pulled.problems) == [
        "answer-twice", "post", "post", "task-images", "task-text",
    ]  # fmt: skip
    # push replaces the page of the project, adds the missing tasks and reports the changed one
    pushed = push(corpus, label_studio.studio, title=title)
    assert (pushed.added, pushed.present) == (4, 1)
    assert sorted(row.rule for row in pushed.problems) == ["task-images", "task-text"]


def test_a_personal_access_token_works_as_well(label_studio: Home) -> None:
    token: Any = label_studio.call("POST", "/api/token/", {})
    studio = Studio.connect(label_studio.server.url, token["token"])
    assert studio.user == label_studio.server.email


def test_a_wrong_token_and_a_missing_project_give_a_hint(
    label_studio: Home, corpus: Corpus
) -> None:
    with pytest.raises(RemoteError, match=r"is not valid here \(Invalid token\.\)"):
        Studio.connect(label_studio.server.url, "0" * 40)
    with pytest.raises(UsageError) as caught:
        pull(corpus, label_studio.studio, title="none such")
    assert caught.value.hint == (
        f"mnerctl label push --corpus {corpus.folder} --url {label_studio.server.url} --project 'none such'"
    )


def test_pictures_outside_the_servers_root_are_refused_with_a_hint(
    label_studio: Home, corpus: Corpus, tmp_path: Any
) -> None:
    with corpus_of(tmp_path / "other", []) as other:
        image = drawn_image(other, 0, size=(20, 20), colour="red")
        other.put_post(made_post("5", "Hi", images=(image,)))
        other.settle("5", "kept")
        with pytest.raises(RemoteError) as caught:
            push(other, label_studio.studio, title="contract other root")
    assert "must be a subdirectory of LOCAL_FILES_DOCUMENT_ROOT" in caught.value.message
    assert caught.value.hint == (
        f"mnerctl label serve --corpus {tmp_path / 'other'}"
        "    # or, if it runs on another machine: label push --upload"
    )


def test_a_running_server_is_found_again(label_studio: Home, tmp_path: Any) -> None:
    port = int(label_studio.server.url.rpartition(":")[2])
    home = label_studio.server.token_file.parent
    with running_server(data_dir=home, document_root=label_studio.corpus, port=port) as found:
        assert (found.process, found.token) == (None, label_studio.server.token)
    other = running_server(data_dir=home, document_root=tmp_path, port=port)
    with pytest.raises(UsageError, match="shows the pictures of"), other:
        pass
