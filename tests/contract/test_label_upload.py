"""Pictures that are not on the server's disk: uploaded once, shown in every project, and pulled."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mnerctl.annotation import adjudicate, pull, push, push_review, push_round
from mnerctl.annotation.push import task_pictures as pictures
from mnerctl.schema import Annotation, Corpus, Image, RemoteError
from support.answers import region
from support.corpora import corpus_of, drawn_image, made_post
from support.label_studio import Home, let_me_be

pytestmark = pytest.mark.contract

TEXT = "Ada in Paris"
COLOURS = ("teal", "salmon", "gold", "navy", "green", "red", "blue")


@pytest.fixture
def corpus(label_studio: Home, tmp_path: Path) -> Iterator[Corpus]:
    """Three posts with five pictures in all, one of them in every post, outside the document root."""
    with corpus_of(tmp_path / "far away", []) as opened:
        let_me_be(label_studio, opened.folder, "ada", "ben")
        for number in range(3):
            add(opened, str(901 + number), "teal", *COLOURS[1 + 2 * number : 3 + 2 * number][:2])
        yield opened


def add(corpus: Corpus, post_id: str, *colours: str) -> tuple[Image, ...]:
    images = tuple(
        drawn_image(corpus, position, size=(40, 30), colour=colour)
        for position, colour in enumerate(colours)
    )
    corpus.put_post(made_post(post_id, TEXT, images=images))
    corpus.settle(post_id, "kept")
    return images


def uploaded(home: Home) -> list[str]:
    return [
        path
        for project in home.studio.projects()
        if project.title == "far away pictures"
        for path in home.studio.uploads(project)
    ]


def tasks_of(home: Home, project: int) -> list[Any]:
    page: Any = home.call("GET", f"/api/tasks/?project={project}&page_size=100")
    return list(page["tasks"])


def test_pictures_are_uploaded_once_and_shown_in_every_project(
    label_studio: Home, corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    studio = label_studio.studio
    monkeypatch.setattr(pictures, "MAX_FILES", 3)
    sent: list[tuple[int, int]] = []

    def run(*, is_uploaded: bool) -> list[int]:
        pushed = push_round(
            corpus,
            studio,
            title="upload round",
            annotators=("ada", "ben"),
            is_uploaded=is_uploaded,
            on_count=lambda done, total: sent.append((done, total)),
        )
        assert all(one.problems == () for one in pushed)
        return [one.added for one in pushed]

    assert run(is_uploaded=True) == [3, 3]
    assert sent == [(3, 7), (6, 7), (7, 7)]
    assert run(is_uploaded=True) == [0, 0]
    add(corpus, "904", "teal", "white")
    sent.clear()
    assert run(is_uploaded=False) == [1, 1]  # a corpus with uploaded pictures goes on uploading
    assert sent == [(1, 1)]
    assert len(uploaded(label_studio)) == 8

    [pushed] = push_round(corpus, studio, title="upload one", annotators=["ada"], round=2)
    for task in tasks_of(label_studio, pushed.project):
        post = corpus.post(task["data"]["post_id"])
        assert post is not None
        for image, shown in zip(post.images, task["data"]["images"], strict=True):
            assert shown["url"].endswith(f"-{image.sha256}.png")
            assert studio.is_served(shown["url"])
    first = tasks_of(label_studio, pushed.project)[0]
    label_studio.call(
        "POST", f"/api/tasks/{first['id']}/annotations/", {"result": [region(TEXT, "Ada")]}
    )
    pulled = pull(corpus, studio, title=pushed.title)
    assert (pulled.stored, pulled.problems) == (1, ())
    assert len(uploaded(label_studio)) == 8

    for name in ("ada", "ben"):
        spans = next(iter(corpus.annotations())).spans if name == "ada" else ()
        corpus.put_annotation(Annotation(post_id="902", annotator=name, text=TEXT, spans=spans))
    disputes = adjudicate(corpus, majority=False).disputes
    [review] = push_review(corpus, studio, disputes, title="upload")
    assert (review.added, review.problems) == (1, ())


def test_the_hint_names_the_option_upload(label_studio: Home, tmp_path: Path) -> None:
    with corpus_of(tmp_path / "never sent", []) as corpus:
        add(corpus, "901", "teal")
        with pytest.raises(RemoteError) as caught:
            push(corpus, label_studio.studio, title="upload none")
    assert caught.value.hint.endswith("# or, if it runs on another machine: label push --upload")
