"""The input of every export format, and the copying of images that formats share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ...schema import DataError, Problem, Release
from ...schema.corpus.card_facts import CardFacts
from ...schema.files.atomic_write import add_file
from ...schema.progress import OnCount, ignore_count
from ...schema.release.picture_file import released_picture


@dataclass(frozen=True)
class Job:
    """One export.

    Attributes:
        release: the release to export.
        folder: existing, empty folder to write into.
        facts: what the authors wrote about the dataset, for formats that describe it.
        with_content: whether the export for the Hub has texts and pictures.
        on_file: progress in images.
    """

    release: Release
    folder: Path
    facts: CardFacts = field(default_factory=CardFacts)
    with_content: bool = False
    on_file: OnCount = ignore_count

    def images(self) -> Iterator[tuple[str, Path]]:
        """Yield name and file of each image that records name and that exists, each once."""
        names = dict.fromkeys(name for record in self.release.records() for name in record.images)
        for done, name in enumerate(names, start=1):
            path = self.release.image_path(name)
            if path.is_file():
                yield name, path
            self.on_file(done, len(names))

    def copy_images(self, place: Callable[[str], Path]) -> None:
        """Copy each image, without metadata, to the path that `place` returns for its name."""
        for name, path in self.images():
            target = place(name)
            target.parent.mkdir(exist_ok=True)
            add_file(target, picture_content(path))


def picture_content(path: Path) -> bytes:
    """Return a picture without metadata, as every copy of a picture is.

    Raises:
        DataError: the file is no picture.
    """
    picture = released_picture(path)
    if isinstance(picture, Problem):
        raise DataError(
            f"{path}: {picture.found}; wanted {picture.wanted}, to export it without metadata",
            "look at this file; delete it to export the posts without it",
            problems=[picture],
        )
    return picture.content
