"""Fills one Label Studio project with posts: makes it, keeps its page, adds the tasks that are missing.

A task is known by the `post_id` in its data, because the server itself takes the same task twice. Pictures
are shown from the corpus folder, which must be on the server's disk. What it does not do: choose posts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import quote

from ..schema import Corpus, Image, Post, Problem, RemoteError, UsageError
from ..schema.post import EXTENSIONS
from ..schema.rounds import LabelProject, Rounds
from .page import MOST_IMAGES, labelling_page
from .studio import Studio, titled
from .studio_shapes import Project
from .tasks import shown_images, task_from_post, task_problems

OnCount = Callable[[int, int], None]

ADDRESS: Final = "/data/local-files/?d="


@dataclass(frozen=True, slots=True)
class Pushed:
    """What became of the posts for a project: `added + present + refused` is all of them."""

    project: int
    title: str
    annotator: str | None
    link: str
    added: int
    present: int
    refused: int
    problems: tuple[Problem, ...]


def fill(
    corpus: Corpus,
    studio: Studio,
    wanted: LabelProject,
    posts: Mapping[str, Post],
    *,
    on_count: OnCount = lambda done, total: None,
) -> Pushed:
    """Makes the project where it is missing, remembers it, and adds the posts that are not in it yet."""
    project = _up_to_date(corpus, studio, wanted)
    problems: list[Problem] = []
    present: set[str] = set()
    for task in studio.tasks(project, with_annotations=False):
        post = posts.get(str(task.data.get("post_id")))
        if post:
            present.add(post.id)
            problems.extend(task_problems(post, task.data, studio.task_link(project, task.id)))
    tasks = []
    for number, post in enumerate(posts.values(), start=1):
        if post.id not in present:
            addresses = image_addresses(corpus, post, problems)
            if addresses is not None:
                tasks.append(task_from_post(post, addresses))
        on_count(number, len(posts))
    _show_images(corpus, studio, project, posts.values())
    studio.add_tasks(project, tasks)
    return Pushed(
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
    """The project at the server, remembered: the one that was, else the one of this title, else a new one."""
    page = labelling_page(corpus.folder)
    rounds = Rounds.of(corpus)
    there = studio.projects()
    purpose = (wanted.annotator, wanted.round, wanted.is_review)
    remembered = {one.id: one for one in rounds.projects(studio.url)}
    known = {
        one.id: one
        for one in remembered.values()
        if (one.annotator, one.round, one.is_review) == purpose
        and (wanted.annotator or wanted.is_review or one.title == wanted.title)
    }
    ours = [project for project in there if project.id in known]
    project = ours[-1] if ours else titled(there, wanted.title, studio.url)
    if project is None:
        project = studio.create_project(wanted.title, page)
    elif project.id in remembered and project.id not in known:
        raise UsageError(
            f"{studio.url}: project {wanted.title!r} is another annotator's or the review's",
            f"mnerctl label push --corpus {corpus.folder} --project TITLE    # another title",
        )
    elif project.label_config.strip() != page:
        studio.set_page(project, page)
    with corpus.transaction():
        for gone in known.keys() - {one.id for one in ours}:
            rounds.forget_project(known[gone])
        rounds.put_project(known.get(project.id, wanted)._replace(id=project.id))
    return project


def image_addresses(corpus: Corpus, post: Post, problems: list[Problem]) -> list[str] | None:
    """Where the server shows each picture of a post, or None (and rows) where it could not."""
    images = shown_images(post)
    where = f"post {post.id}"
    if not 1 <= len(images) <= MOST_IMAGES:
        wanted = f"1 to {MOST_IMAGES} pictures"
        problems.append(Problem("error", "image-count", where, str(len(images)), wanted))
        return None
    addresses: list[str] = []
    for image in images:
        path = _image_file(corpus, image)
        if path is None:
            found = f"no file for image {image.position} ({image.sha256})"
            wanted = f"one below {corpus.folder / 'images'}"
            problems.append(Problem("error", "image-file", where, found, wanted, "not pushed"))
            return None
        addresses.append(ADDRESS + quote(path.relative_to(corpus.folder).as_posix()))
    return addresses


def _image_file(corpus: Corpus, image: Image) -> Path | None:
    if image.sha256 is None or image.media_type not in EXTENSIONS:
        return None
    path = corpus.image_path(image.sha256, image.extension)
    return path if path.is_file() else None


def _show_images(corpus: Corpus, studio: Studio, project: Project, posts: Iterable[Post]) -> None:
    serve = f"mnerctl label serve --corpus {corpus.folder}"
    images = corpus.folder / "images"
    try:
        studio.serve_images(project, images)
    except RemoteError as error:
        raise RemoteError(f"{error.message}; it must be able to read {images}", serve) from error
    for post in posts:
        addresses = image_addresses(corpus, post, [])
        if addresses:
            if not studio.is_served(addresses[0]):
                raise RemoteError(
                    f"{studio.url}: Label Studio does not show the pictures of {images}; its document "
                    "root is another folder than this corpus",
                    serve,
                )
            return
