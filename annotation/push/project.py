"""Bring one Label Studio project up to date: create it, set its labelling page, add the missing tasks.

A task is recognised by the `post_id` in its data, because the server accepts the same task twice. This module
does not choose posts (`push.py`) or make pictures visible (`task_pictures.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ...schema import Corpus, Post, Problem, UsageError
from ...schema.corpus.studio_rounds import LabelProject, Rounds
from ...schema.progress import OnCount, ignore_count
from ..studio.client import Studio, find_project
from ..studio.page import labelling_page
from ..studio.shapes import Project
from ..studio.tasks import second_task, task_from_post, task_problems
from .task_pictures import picture_files, show_from_disk, upload, uploads_project

_NO_NOTES: Final[Mapping[str, str]] = {}


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
    is_uploaded: bool = False,
    on_count: OnCount = ignore_count,
) -> PushResult:
    """Create the project if it is missing, remember it, and add the posts that it does not have yet.

    Args:
        wanted: the project; its id does not matter.
        posts: by id.
        notes: texts for the project's list, by post id.
        is_uploaded: upload the pictures (see `task_pictures.py`). Once a corpus has uploaded some, all
            further ones are uploaded.
        on_count: called for uploaded pictures.
    """
    project = _up_to_date(corpus, studio, wanted)
    problems: list[Problem] = []
    present: dict[str, int] = {}
    for task in studio.tasks(project, with_annotations=False):
        post = posts.get(str(task.data.get("post_id")))
        if post:
            link = studio.task_link(project, task.id)
            problems.extend(task_problems(post, task.data, link))
            if present.setdefault(post.id, task.id) != task.id:
                problems.append(second_task(post.id, link, present[post.id]))
    missing: dict[str, list[Path]] = {}
    for post in posts.values():
        if post.id not in present:
            files = picture_files(corpus, post, problems)
            if files is not None:
                missing[post.id] = files
    paths = [path for files in missing.values() for path in files]
    if is_uploaded or uploads_project(corpus, studio):
        addresses = upload(corpus, studio, paths, on_count=on_count)
    else:
        addresses = show_from_disk(corpus, studio, project, paths)
    tasks = [
        task_from_post(posts[post_id], [addresses[path] for path in files], note=notes.get(post_id))
        for post_id, files in missing.items()
    ]
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


def _up_to_date(corpus: Corpus, studio: Studio, wanted: LabelProject) -> Project:
    """Return the project at the server, with the current page, and remember it in the corpus.

    It is the project that an earlier push made for this purpose, or the one with this title, or a new one.
    """
    page = labelling_page(corpus.folder)
    rounds = Rounds.of(corpus)
    found = studio.projects()
    purpose = (wanted.annotator, wanted.round, wanted.is_review)
    remembered = {one.id: one for one in rounds.projects(studio.url)}
    known = {
        one.id: one
        for one in remembered.values()
        if (one.annotator, one.round, one.is_review) == purpose
        and (wanted.annotator or wanted.is_review or one.title == wanted.title)
    }
    ours = [project for project in found if project.id in known]
    project = ours[-1] if ours else find_project(found, wanted.title, studio.url)
    if project is None:
        project = studio.create_project(wanted.title, page)
    elif project.id in remembered and project.id not in known:
        raise UsageError(
            f"{studio.url}: project {wanted.title!r} belongs to another annotator or to the review",
            f"mnerctl label push --corpus {corpus.folder} --project TITLE    # another title",
        )
    elif project.label_config.strip() != page:
        studio.set_page(project, page)
    with corpus.transaction():
        for gone in known.keys() - {one.id for one in ours}:
            rounds.forget_project(known[gone])
        rounds.put_project(known.get(project.id, wanted)._replace(id=project.id))
    return project
