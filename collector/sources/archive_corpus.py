"""A corpus as an archive: its stored payloads and pictures are read again without paying again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from ...schema import Corpus, DataError, Image
from ..source import Answer, Missing, OnProblem
from .archive_forms import read_json
from .archive_picture import VARIANT, read_picture

RICHEST_FIRST: Final = ("x-api", "archive", "syndication")
"""Sources whose payloads are tried first, in this order; those of other sources follow."""
FINAL_FATES: Final = ("gone", "protected", "withheld")


class CorpusArchive:
    """The posts of a corpus. Memory holds the paths of its pictures and the posts that are gone."""

    name = "archive"
    dollars_per_post = None

    def __init__(self, folder: Path, on_problem: OnProblem) -> None:
        """Read where the pictures are.

        Raises:
            DataError: the corpus cannot be read.
        """
        self._folder = folder
        self._pictures: dict[str, tuple[str, str]] = {}
        with Corpus.open(folder) as corpus:
            for post in corpus.kept_posts():
                for image in post.images:
                    if image.sha256 and image.source_url:
                        path = corpus.stored_image(image.sha256, image.extension)
                        self._pictures[image.source_url] = str(path), image.variant or VARIANT
            self._missing = {
                row.post_id: Missing(row.post_id, row.fate, row.reason)
                for row in corpus.with_fate(*FINAL_FATES)
            }

    def posts(self, ids: Iterable[str]) -> Iterator[Answer]:
        """Yield one answer for each id: its payload, parsed again, or the fate of a post that is gone."""
        with Corpus.open(self._folder) as corpus:
            for post_id in ids:
                yield self._answer(corpus, post_id)

    def picture(self, image: Image) -> tuple[bytes, str]:
        """Return the original bytes and their variant.

        Raises:
            MediaFailure: the corpus did not keep the picture.
        """
        path, variant = self._pictures.get(image.source_url, (None, VARIANT))
        wanted = f"picture of {image.source_url} in {self._folder}"
        return read_picture(Path(path) if path else None, wanted), variant

    def _answer(self, corpus: Corpus, post_id: str) -> Answer:
        if missing := self._missing.get(post_id):  # even if its payload is still there
            return missing
        reason = f"{self._folder.name} has no payload of this post"
        for source in sorted(corpus.payload_sources(post_id), key=_rank):
            try:
                payload = corpus.payload(post_id, source)
            except DataError as error:
                reason = error.message
                continue
            posts = read_json(payload) if payload else None
            if posts and post_id in posts.own:
                return posts.own[post_id](self.name)
        return Missing(post_id, "unaccounted", reason, can_retry=True)


def _rank(source: str) -> int:
    return RICHEST_FIRST.index(source) if source in RICHEST_FIRST else len(RICHEST_FIRST)
