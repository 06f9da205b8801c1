"""What of a corpus is at a Label Studio: its projects, and who was given which post.

Push remembers here what it made and dealt out, so that pull finds it; what pull has seen is in
`studio_answers.py`. The tables are made when a corpus first needs them. What it does not do: hold a post's text or
anybody's spans, or decide anything.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple, Self

from .database import Database
from .studio_answers import ANSWER_TABLES, StudioAnswers

_TABLES: Final = (
    """CREATE TABLE IF NOT EXISTS label_projects (
    url TEXT, id INTEGER, title TEXT NOT NULL, annotator TEXT, round INTEGER NOT NULL,
    is_review INTEGER NOT NULL, pulled_to TEXT, PRIMARY KEY (url, id)
) WITHOUT ROWID""",
    """CREATE TABLE IF NOT EXISTS label_rounds (
    round INTEGER PRIMARY KEY, overlap REAL NOT NULL
)""",
    """CREATE TABLE IF NOT EXISTS label_given (
    round INTEGER, post_id TEXT, annotator TEXT, is_shared INTEGER NOT NULL,
    PRIMARY KEY (round, post_id, annotator)
) WITHOUT ROWID""",
    *ANSWER_TABLES,
)


class LabelProject(NamedTuple):
    """A project that a push has filled. annotator: whose it is, or None where the logins tell.

    pulled_to: the server's time up to which all of its tasks have been read, or None.
    """

    url: str
    id: int
    title: str
    annotator: str | None = None
    round: int = 1
    is_review: bool = False
    pulled_to: str | None = None


class AssignedPost(NamedTuple):
    """A post that an annotator was given in a round; is_shared: everybody gets it."""

    post_id: str
    annotator: str
    is_shared: bool


class Rounds(StudioAnswers):
    """The label rounds of an open corpus, on its connection: one transaction holds both."""

    @classmethod
    def of(cls, corpus: Database) -> Self:
        """Makes the tables where they are missing."""
        rounds = cls(corpus.folder, corpus._db)
        for table in _TABLES:
            rounds._db.execute(table)
        return rounds

    def projects(self, url: str) -> list[LabelProject]:
        """The projects at a server, in the order of their making."""
        rows = self._db.execute(
            "SELECT url, id, title, annotator, round, is_review, pulled_to FROM label_projects"
            " WHERE url = ? ORDER BY id",
            (url,),
        )
        return [
            LabelProject._make((*row[:5], bool(row[5]), row[6]))  # SQLite knows no bool
            for row in rows.fetchall()
        ]

    def put_project(self, project: LabelProject) -> None:
        """Remembers a project, replacing what was known of it."""
        self._db.execute("INSERT OR REPLACE INTO label_projects VALUES (?,?,?,?,?,?,?)", project)

    def forget_project(self, project: LabelProject) -> None:
        """Forgets a project that is no longer there, and what was seen in it."""
        for table, column in (("label_projects", "id"), ("label_answers", "project")):
            self._db.execute(
                f"DELETE FROM {table} WHERE url = ? AND {column} = ?", (project.url, project.id)
            )

    def overlap(self, round: int) -> float | None:
        """The share of posts that everybody gets in a round; None for a round that has not begun."""
        row = self._db.execute(
            "SELECT overlap FROM label_rounds WHERE round = ?", (round,)
        ).fetchone()
        return row[0] if row else None

    def begin(self, round: int, overlap: float) -> None:
        """Opens a round; one that is open stays as it is."""
        self._db.execute("INSERT OR IGNORE INTO label_rounds VALUES (?, ?)", (round, overlap))

    def assigned(self, round: int) -> list[AssignedPost]:
        """Who has which post in a round, by post and annotator."""
        rows = self._db.execute(
            "SELECT post_id, annotator, is_shared FROM label_given WHERE round = ?"
            " ORDER BY post_id, annotator",
            (round,),
        )
        return [AssignedPost(post_id, name, bool(shared)) for post_id, name, shared in rows]

    def assign(self, round: int, given: Iterable[AssignedPost]) -> None:
        """Adds to what annotators have."""
        self._db.executemany(
            "INSERT OR IGNORE INTO label_given VALUES (?, ?, ?, ?)",
            ((round, *row) for row in given),
        )

    def single_holders(self) -> dict[str, str]:
        """The posts that one annotator alone was ever given, and who that is."""
        rows = self._db.execute(
            "SELECT post_id, min(annotator) FROM label_given GROUP BY post_id"
            " HAVING count(DISTINCT annotator) = 1 AND max(is_shared) = 0"
        )
        return dict(rows.fetchall())
