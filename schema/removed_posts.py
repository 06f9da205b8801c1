"""Posts that were removed while a command ran that had read them: what it makes must not have them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from .post_url import belongs_to
from .problem import Problem
from .record import Record

RULE: Final = "removed-meanwhile"


@dataclass(frozen=True, slots=True)
class RemovedPosts:
    """Posts that are no longer where a command read them.

    Attributes:
        folder: the release or corpus.
        ids: their post ids.
    """

    folder: Path
    ids: frozenset[str] = frozenset()

    def has(self, record: Record) -> bool:
        """Return whether a record is one of these posts."""
        return belongs_to(record.id, record.url, self.ids)

    def problems(self) -> list[Problem]:
        """Return a note that counts them, or nothing if there are none."""
        if not self.ids:
            return []
        count = len(self.ids)
        found = (
            f"{count:,} {'post was' if count == 1 else 'posts were'} removed while this command ran"
        )
        wanted = "nothing of a removed post in what is written"
        detail = "left out; scores and counts are those of all posts that were read"
        return [Problem("note", RULE, str(self.folder), found, wanted, detail)]
