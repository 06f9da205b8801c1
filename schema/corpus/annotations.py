"""Store annotations, and the gold spans that were decided from them.

This module does not check spans against posts and decides nothing; the annotation wing does.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ..span import Annotation, Gold
from .database import Database
from .stored import stored

ANNOTATION_TABLES: Final = """
CREATE TABLE annotations (
    post_id TEXT, annotator TEXT, round INTEGER, json TEXT NOT NULL,
    PRIMARY KEY (post_id, annotator, round)
);
CREATE TABLE gold (post_id TEXT PRIMARY KEY, json TEXT NOT NULL);
"""


class AnnotationStore(Database):
    """The annotations and gold of an open corpus."""

    def put_annotation(self, annotation: Annotation) -> None:
        """Store an annotator's annotation of a post in a round, replacing an earlier one."""
        key = (annotation.post_id, annotation.annotator, annotation.round)
        self._insert(
            "INSERT OR REPLACE INTO annotations VALUES (?, ?, ?, ?)",
            (*key, annotation.model_dump_json()),
        )

    def annotations(self, annotator: str | None = None) -> Iterator[Annotation]:
        """Yield all annotations, or one annotator's, ordered by post, annotator and round."""
        rows = self._db.execute(
            "SELECT json FROM annotations WHERE ?1 IS NULL OR annotator = ?1"
            " ORDER BY post_id, annotator, round",
            (annotator,),
        )
        for (text,) in rows:
            yield stored(Annotation, text, self.folder)

    def annotation(self, post_id: str, annotator: str, round: int) -> Annotation | None:
        """Return an annotator's annotation of a post in a round, or None."""
        row = self._db.execute(
            "SELECT json FROM annotations WHERE post_id = ? AND annotator = ? AND round = ?",
            (post_id, annotator, round),
        ).fetchone()
        return stored(Annotation, row[0], self.folder) if row else None

    def drop_annotation(self, post_id: str, annotator: str, round: int) -> bool:
        """Delete an annotator's annotation of a post in a round, and return whether there was one."""
        deleted = self._db.execute(
            "DELETE FROM annotations WHERE post_id = ? AND annotator = ? AND round = ?",
            (post_id, annotator, round),
        )
        return deleted.rowcount > 0

    def put_gold(self, gold: Gold) -> None:
        """Store the gold spans of a post."""
        self._insert(
            "INSERT OR REPLACE INTO gold VALUES (?, ?)", (gold.post_id, gold.model_dump_json())
        )

    def gold(self) -> Iterator[Gold]:
        """Yield the gold of every post that has one, ordered by post id."""
        for (text,) in self._db.execute("SELECT json FROM gold ORDER BY post_id"):
            yield stored(Gold, text, self.folder)

    def gold_of(self, post_id: str) -> Gold | None:
        """Return the gold of a post, or None."""
        row = self._db.execute("SELECT json FROM gold WHERE post_id = ?", (post_id,)).fetchone()
        return stored(Gold, row[0], self.folder) if row else None

    def drop_gold(self, post_id: str) -> None:
        """Delete the gold of a post, so that it is undecided again."""
        self._db.execute("DELETE FROM gold WHERE post_id = ?", (post_id,))
