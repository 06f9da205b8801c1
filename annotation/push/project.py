"""Bring one Label Studio project up to date: create it, set its labelling page, add the missing tasks.

A task is recognised by the `post_id` in its data, because the server accepts the same task twice. This module
does not choose posts (`push.py`) or make pictures visible (`task_pictures.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ...schema import Corpus, Post, Problem
from ...schema.corpus.studio_rounds import LabelProject, Rounds
from ...schema.progress import OnCount, ignore_count
from ..studio.client import Studio
from ..studio.mark import Mark
from ..studio.own_projects import own_projects
from ..studio.page import labelling_page
from ..studio.shapes import Project, StudioTask
from ..studio.tasks import second_task, task_from_post, task_problems
from .task_pictures import find_uploads, picture_files, show_from_disk, upload

_NO_NOTES: Final[Mapping[str, str]] = {}
_NO_DATA: Final[Mapping[str, Mapping[str, object]]] = {}


@dataclass(frozen=True, slots=True)
class PushResult:
    """The result for one project: `added + present + refused` is the number of its posts.

    project: id at the server.
    annotator: the annotator whose blind project it is, or None.
    link: address of the project.
    added: posts that got a task.
    present: posts that had one already.
    refused: posts whose pictures cannot be shown.
    """

    project: int
    title: str
    annotator: str | None
    link: str
    added: int
    present: int
    refused: int
    problems: tuple[Problem, ...]


def fill_project(
    corpus: Corpus,
    studio: Studio,
    wanted: LabelProject,
    posts: Mapping[str, Post],
    *,
    notes: Mapping[str, str] = _NO_NOTES,
    page: str | None = None,
    more: Mapping[str, Mapping[str, object]] = _NO_DATA,
    is_uploaded: bool = False,
    on_count: OnCount = ignore_count,
) -> PushResult:
    """Create the project if it is missing, remember it, and add the posts that it does not have yet.

    Tasks that are there keep their ids; their pictures are shown from where they are now.

    Args:
        wanted: the project; its key, address and number do not matter.
        posts: by id.
        notes: texts for the project's list, by post id.
        page: the labelling page, if it is not that of the corpus.
        more: further data of tasks, by post id; a page that needs them does not fit a project without.
        is_uploaded: upload the pictures (see `task_pictures.py`). Once a corpus has uploaded some, all
            further ones are uploaded.
        on_count: called for uploaded pictures.
    """
    page = page or labelling_page(corpus.folder)
    problems: list[Problem] = []
    project = _up_to_date(corpus, studio, wanted, page, needs_data=bool(more))
    present: dict[str, StudioTask] = {}
    for task in studio.tasks(project, with_annotations=False):
        post = posts.get(str(task.data.get("post_id")))
        if post:
            link = studio.task_link(project, task.id)
            problems.extend(task_problems(post, task.data, link))
            first = present.setdefault(post.id, task)
            if first is not task:
                problems.append(second_task(post.id, link, first.id))
    files: dict[str, list[Path]] = {}
    for post in posts.values():
        rows: list[Problem] = []
        found = picture_files(corpus, post, rows)
        if found is not None:
            files[post.id] = found
        if post.id not in present:
            problems.extend(rows)
    paths = [path for of_post in files.values() for path in of_post]
    if is_uploaded or find_uploads(corpus, studio):
        addresses = upload(corpus, studio, paths, on_count=on_count)
    else:
        addresses = show_from_disk(corpus, studio, project, paths)
    tasks = []
    for post_id, of_post in files.items():
        shown = [addresses[path] for path in of_post]
        data = task_from_post(posts[post_id], shown, note=notes.get(post_id))
        data |= more.get(post_id, {})
        if known := present.get(post_id):
            _refresh(studio, known, data)
        else:
            tasks.append(data)
    studio.add_tasks(project, tasks)
    return PushResult(
        project.id,
        project.title,
        wanted.annotator,
        studio.project_link(project),
        added=len(tasks),
        present=len(present),
        refused=len(posts) - len(present) - len(tasks),
        problems=tuple(problems),
    )


def _refresh(studio: Studio, task: StudioTask, data: Mapping[str, object]) -> None:
    """Update what a task shows beside its text and its choice of pictures, to which answers refer."""
    kept = (
        {"text", "note"}
        if _positions(task.data) == _positions(data)
        else {"text", "note", "images"}
    )
    new = {**task.data, **{name: value for name, value in data.items() if name not in kept}}
    if new != task.data:
        studio.set_data(task.id, new)


def _positions(data: Mapping[str, object]) -> list[object]:
    images = data.get("images")
    rows = images if isinstance(images, list) else []
    return [row.get("position") if isinstance(row, dict) else None for row in rows]


def _up_to_date(
    corpus: Corpus, studio: Studio, wanted: LabelProject, page: str, *, needs_data: bool
) -> Project:
    """Return the project of this purpose, with the current page, and remember it in the corpus.

    Args:
        needs_data: the page shows data that tasks of an earlier project may lack; the server refuses it.
    """
    rounds = Rounds.of(corpus)
    own = own_projects(corpus, studio)
    for row in rounds.projects():
        is_deleted = row.url == studio.url and row.key not in own
        if is_deleted and row.purpose == wanted.purpose and not row.is_known_by_address:
            rounds.forget_project(row)
    of_purpose = [
        project
        for label, project in own.values()
        if label.purpose == wanted.purpose
        and not (needs_data and project.task_number and project.label_config.strip() != page)
    ]
    if of_purpose:
        project = max(of_purpose, key=lambda one: one.id)
        if project.label_config.strip() != page:
            studio.set_page(project, page)
        return project
    mark = Mark.of(rounds.identity(), wanted._replace(key=""))
    project = studio.create_project(wanted.title, page, mark.text())
    rounds.put_project(mark.project(studio.url, project.id))
    return project
