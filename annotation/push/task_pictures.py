"""Make the pictures of posts visible to annotators: from the corpus folder, or uploaded to the server.

Label Studio shows pictures on its own disk, below its document root. If it runs on another machine, pictures
are uploaded. They go into a project of their own, because the server refuses files in a project with our
page, and because all annotators' projects share them. A file is recognised by its name, which is its SHA-256,
and uploaded once. This module does not download or check pictures.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final
from urllib.parse import quote

from ...schema import Corpus, Image, Post, Problem, RemoteError
from ...schema.corpus.studio_rounds import Rounds
from ...schema.post import EXTENSIONS
from ...schema.progress import OnCount, ignore_count
from ..studio.client import LONGEST_TITLE, Studio
from ..studio.mark import Mark
from ..studio.page import MAX_IMAGES
from ..studio.shapes import Project
from ..studio.tasks import shown_images

LOCAL_FILES: Final = "/data/local-files/?d="
UPLOADED: Final = "/data/"
SUFFIX: Final = " pictures"
NO_PAGE: Final = "<View/>"
MAX_FILES: Final = 100
_NAME: Final = re.compile(r"([0-9a-f]{64})\.([a-z]{3,4})")
MAX_BYTES: Final = 32 * 2**20
"""The size of one upload, which both sides hold in memory. The server allows 100 files or 250 MiB."""


def picture_files(corpus: Corpus, post: Post, problems: list[Problem]) -> list[Path] | None:
    """Return the file of each shown picture of a post; None, with a row, if the page cannot show them."""
    images = shown_images(post)
    where = f"post {post.id}"
    if not 1 <= len(images) <= MAX_IMAGES:
        wanted = f"1 to {MAX_IMAGES} pictures"
        problems.append(Problem("error", "image-count", where, str(len(images)), wanted))
        return None
    files: list[Path] = []
    for image in images:
        path = _file(corpus, image)
        if path is None:
            found = f"no file for image {image.position} ({image.sha256})"
            wanted = f"one below {corpus.folder / 'images'}"
            problems.append(Problem("error", "image-file", where, found, wanted, "not pushed"))
            return None
        files.append(path)
    return files


def _file(corpus: Corpus, image: Image) -> Path | None:
    if image.sha256 is None or image.media_type not in EXTENSIONS:
        return None
    path = corpus.stored_image(image.sha256, image.extension)
    return path if path.is_file() else None


def show_from_disk(
    corpus: Corpus, studio: Studio, project: Project, files: Sequence[Path]
) -> dict[Path, str]:
    """Let the server show files of the corpus folder; return the address of each.

    Addresses are relative to the server's document root, which is found by asking: it is the corpus folder,
    its folder of pictures, or the folder above.

    Raises:
        RemoteError: the server does not show the first of them.
    """
    serve = (
        f"mnerctl label serve --corpus {corpus.folder}"
        "    # or, if it runs on another machine: label push --upload"
    )
    images = corpus.folder / "images"
    try:
        studio.serve_images(project, images)
    except RemoteError as error:
        raise RemoteError(f"{error.message}; it must be able to read {images}", serve) from error
    if not files:
        return {}
    for root in (corpus.folder, images, corpus.folder.resolve().parent):
        if studio.is_served(_local_address(files[0], root)):
            return {path: _local_address(path, root) for path in files}
    raise RemoteError(
        f"{studio.url}: Label Studio does not show the pictures of {images}, because its document "
        "root is not this corpus folder",
        serve,
    )


def _local_address(path: Path, root: Path) -> str:
    return LOCAL_FILES + quote(path.resolve().relative_to(root.resolve()).as_posix())


def find_uploads(corpus: Corpus, studio: Studio) -> Project | None:
    """Return the project that holds the uploaded pictures of this corpus, or None.

    A project of an earlier version has no mark. It is adopted if all its files are pictures of this corpus.
    """
    identity = Rounds.of(corpus).identity()
    found = studio.projects()
    for project in found:
        mark = Mark.read(project.description)
        if mark and mark.corpus == identity and mark.kind == "pictures":
            return project
    for project in found:
        if project.title == _uploads_title(corpus) and Mark.read(project.description) is None:
            names = _by_name(studio.uploads(project))
            if names and all(_is_picture_of(corpus, name) for name in names):
                studio.set_description(project, _uploads_mark(corpus).text())
                return project
    return None


def _is_picture_of(corpus: Corpus, name: str) -> bool:
    match = _NAME.fullmatch(name)
    return match is not None and corpus.stored_image(match[1], match[2]).is_file()


def _uploads_mark(corpus: Corpus) -> Mark:
    title = _uploads_title(corpus)
    return Mark(corpus=Rounds.of(corpus).identity(), kind="pictures", title=title)


def upload(
    corpus: Corpus,
    studio: Studio,
    files: Sequence[Path],
    *,
    on_count: OnCount = ignore_count,
) -> dict[Path, str]:
    """Upload the files that the server does not have yet, in batches; return the address of each file."""
    project = find_uploads(corpus, studio)
    if project is None:
        mark = _uploads_mark(corpus)
        project = studio.create_project(mark.title, NO_PAGE, mark.text())
    addresses = _by_name(studio.uploads(project))
    missing = list(dict.fromkeys(path for path in files if path.name not in addresses))
    done = 0
    for batch in _batches(missing):
        addresses |= _by_name(studio.upload(project, batch))
        done += len(batch)
        on_count(done, len(missing))
    return {path: addresses[path.name] for path in files}


def _uploads_title(corpus: Corpus) -> str:
    name = corpus.folder.resolve().name
    return name[: LONGEST_TITLE - len(SUFFIX)].rstrip() + SUFFIX


def _by_name(stored: Iterable[str]) -> dict[str, str]:
    """Return addresses by file name; the server stores a file as `upload/7/0a1b2c3d-NAME`."""
    return {path.rpartition("/")[2].partition("-")[2]: UPLOADED + path for path in stored}


def _batches(files: Sequence[Path]) -> Iterable[list[Path]]:
    batch: list[Path] = []
    size = 0
    for path in files:
        more = path.stat().st_size
        if batch and (len(batch) == MAX_FILES or size + more > MAX_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(path)
        size += more
    if batch:
        yield batch
