"""What every format of `release export` is given, and the copying of images that they share."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ...schema import Release
from ...schema.corpus.card_facts import CardFacts
from ...schema.progress import OnCount, ignore_count


@dataclass(frozen=True)
class Job:
    """A release, and the folder that it is written into.

    facts: for formats that describe the dataset. with_content: text and pictures go to the Hub, too.
    on_file: called with images done and in all.
    """

    release: Release
    folder: Path
    facts: CardFacts = field(default_factory=CardFacts)
    with_content: bool = False
    on_file: OnCount = ignore_count

    def images(self) -> Iterator[tuple[str, Path]]:
        """Name and file of each image that records name and that is there, each once."""
        names = dict.fromkeys(name for record in self.release.records() for name in record.images)
        for done, name in enumerate(names, start=1):
            path = self.release.image_path(name)
            if path.is_file():
                yield name, path
            self.on_file(done, len(names))

    def copy_images(self, place: Callable[[str], Path]) -> None:
        """Copies each to where `place` wants the image of this name."""
        for name, path in self.images():
            target = place(name)
            target.parent.mkdir(exist_ok=True)
            shutil.copyfile(path, target)
