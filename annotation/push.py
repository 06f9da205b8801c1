"""Puts kept posts into a Label Studio project (`mnerctl label push`): only what is missing, ever again.

A task is known by the `post_id` in its data, because the server itself takes the same task twice.
Pictures are shown from the corpus folder, which must be on the server's disk.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import quote

from ..schema import Corpus, Image, Post, Problem, RemoteError
from ..schema.post import EXTENSIONS
from .page import MOST_IMAGES, labelling_page
from .studio import Project, Studio
from .tasks import shown_images, task_from_post, task_problems

OnCount = Callable[[int, int], None]

ADDRESS: Final = "/data/local-files/?d="


@dataclass(frozen=True, slots=True)
class Pushed:
    """What became of the kept posts: `added + present + refused` is all of them."""

    link: str
    added: int
    present: int
    refused: int
    problems: tuple[Problem, ...]


def push(
    corpus: Corpus, studio: Studio, *, title: str, on_count: OnCount = lambda done, total: None
) -> Pushed:
    """Makes the project where it is missing and brings its page and tasks up to date."""
    page = labelling_page(corpus.folder)
    project = studio.project(title) or studio.create_project(title, page)
    if project.page.strip() != page:
        studio.set_page(project, page)
    posts = list(corpus.kept_posts())
    known = {post.id: post for post in posts}
    problems: list[Problem] = []
    present: set[str] = set()
    for task in studio.tasks(project, with_annotations=False):
        post = known.get(str(task.data.get("post_id")))
        if post:
            present.add(post.id)
            problems.extend(task_problems(post, task.data, studio.task_link(project, task.id)))
    tasks = []
    for number, post in enumerate(posts, start=1):
        if post.id not in present:
            addresses = image_addresses(corpus, post, problems)
            if addresses is not None:
                tasks.append(task_from_post(post, addresses))
        on_count(number, len(posts))
    _show_images(corpus, studio, project, posts)
    studio.add_tasks(project, tasks)
    return Pushed(
        studio.project_link(project),
        added=len(tasks),
        present=len(present),
        refused=len(posts) - len(present) - len(tasks),
        problems=tuple(problems),
    )


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


def _show_images(corpus: Corpus, studio: Studio, project: Project, posts: list[Post]) -> None:
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
