"""The half of the corpus that annotators fill: annotations, and the gold that was decided from them.

What it does not do: check spans against posts, or decide anything.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ..span import Annotation, Gold
from .database import Database

ANNOTATION_TABLES: Final = """
CREATE TABLE annotations (
    post_id TEXT, annotator TEXT, round INTEGER, json TEXT NOT NULL,
    PRIMARY KEY (post_id, annotator, round)
);
CREATE TABLE gold (post_id TEXT PRIMARY KEY, json TEXT NOT NULL);
"""


class AnnotationStore(Database):
    """Annotations and gold of an open corpus."""

    def put_annotation(self, annotation: Annotation) -> None:
        """Stores an annotator's work on a post in a round, replacing what stood there."""
        key = (annotation.post_id, annotation.annotator, annotation.round)
        self._db.execute(
            "INSERT OR REPLACE INTO annotations VALUES (?, ?, ?, ?)",
            (*key, annotation.model_dump_json()),
        )

    def annotations(self, annotator: str | None = None) -> Iterator[Annotation]:
        """All annotations, or one annotator's, by post, annotator and round."""
        rows = self._db.execute(
            "SELECT json FROM annotations WHERE ?1 IS NULL OR annotator = ?1"
            " ORDER BY post_id, annotator, round",
            (annotator,),
        )
        for (text,) in rows:
            yield Annotation.model_validate_json(text)

    def annotation(self, post_id: str, annotator: str, round: int) -> Annotation | None:
        """An annotator's work on a post in a round, or None."""
        row = self._db.execute(
            "SELECT json FROM annotations WHERE post_id = ? AND annotator = ? AND round = ?",
            (post_id, annotator, round),
        ).fetchone()
        return Annotation.model_validate_json(row[0]) if row else None

    def drop_annotation(self, post_id: str, annotator: str, round: int) -> bool:
        """Deletes an annotator's work on a post in a round. Whether there was any."""
        deleted = self._db.execute(
            "DELETE FROM annotations WHERE post_id = ? AND annotator = ? AND round = ?",
            (post_id, annotator, round),
        )
        return deleted.rowcount > 0

    def put_gold(self, gold: Gold) -> None:
        """Stores the decided spans of a post."""
        self._db.execute(
            "INSERT OR REPLACE INTO gold VALUES (?, ?)", (gold.post_id, gold.model_dump_json())
        )

    def gold(self) -> Iterator[Gold]:
        """The decided spans of every post that has them, by post id."""
        for (text,) in self._db.execute("SELECT json FROM gold ORDER BY post_id"):
            yield Gold.model_validate_json(text)

    def gold_of(self, post_id: str) -> Gold | None:
        """The decided spans of a post, or None."""
        row = self._db.execute("SELECT json FROM gold WHERE post_id = ?", (post_id,)).fetchone()
        return Gold.model_validate_json(row[0]) if row else None

    def drop_gold(self, post_id: str) -> None:
        """Makes a post undecided again."""
        self._db.execute("DELETE FROM gold WHERE post_id = ?", (post_id,))
