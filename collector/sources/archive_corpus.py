"""The archive that a corpus is: its kept payloads and pictures, read again without paying again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from ...schema import Corpus, DataError, Image
from ..source import Answer, Missing, OnProblem
from .archive_forms import read_json
from .archive_picture import VARIANT, picture_in

RICHEST_FIRST: Final = ("x-api", "archive", "syndication")
FINAL_FATES: Final = ("gone", "protected", "withheld")


class KeptPayloads:
    """Posts of a corpus. What is held in memory is where its pictures lie, and who is gone."""

    name = "archive"

    def __init__(self, folder: Path, on_problem: OnProblem) -> None:
        """Raises DataError where the corpus cannot be read."""
        self._folder = folder
        self._pictures: dict[str, tuple[str, str]] = {}
        with Corpus.open(folder) as corpus:
            for post in corpus.kept_posts():
                for image in post.images:
                    if image.sha256 and image.source_url:
                        path = corpus.image_path(image.sha256, image.extension)
                        self._pictures[image.source_url] = str(path), image.variant or VARIANT
            self._missing = {
                row.post_id: Missing(row.post_id, row.fate, row.reason)
                for row in corpus.with_fate(*FINAL_FATES)
            }

    def posts(self, ids: Iterable[str]) -> Iterator[Answer]:
        """One answer for each id: its payload read anew, or how the corpus knows that it is gone."""
        with Corpus.open(self._folder) as corpus:
            for post_id in ids:
                yield self._answer(corpus, post_id)

    def picture(self, image: Image) -> tuple[bytes, str]:
        """The original bytes. Raises MediaFailure where the corpus did not keep them."""
        path, variant = self._pictures.get(image.source_url, (None, VARIANT))
        looked = f"picture of {image.source_url} in {self._folder}"
        return picture_in(Path(path) if path else None, looked), variant

    def _answer(self, corpus: Corpus, post_id: str) -> Answer:
        if missing := self._missing.get(post_id):  # also where its payload is there still
            return missing
        reason = f"{self._folder.name} has no payload of it"
        for source in RICHEST_FIRST:
            try:
                payload = corpus.payload(post_id, source)
            except DataError as error:
                reason = error.message
                continue
            reading = read_json(payload) if payload else None
            if reading and post_id in reading.own:
                return reading.own[post_id](self.name)
        return Missing(post_id, "unaccounted", reason, can_retry=True)
