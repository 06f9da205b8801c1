"""Label rounds: the Label Studio projects of a corpus, and which annotator was assigned which post.

A push stores the projects and assignments here, and a pull reads them. The answers that a pull has seen are
in `studio_answers.py`. The tables are created when a corpus first needs them. They contain neither text nor
spans.
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
    """A Label Studio project that a push has filled.

    Attributes:
        url: address of the server.
        id: id of the project.
        title: title of the project.
        annotator: whose project it is, or None if annotators are known by their logins.
        round: label round.
        is_review: the project is for adjudication.
        pulled_to: time on the server's clock up to which all tasks have been read, or None.
    """

    url: str
    id: int
    title: str
    annotator: str | None = None
    round: int = 1
    is_review: bool = False
    pulled_to: str | None = None


class AssignedPost(NamedTuple):
    """A post that an annotator was assigned in a round.

    Attributes:
        post_id: the post.
        annotator: who was assigned the post.
        is_shared: every annotator of the round was assigned the post.
    """

    post_id: str
    annotator: str
    is_shared: bool


class Rounds(StudioAnswers):
    """The label rounds of an open corpus; they share its connection and so its transactions."""

    @classmethod
    def of(cls, corpus: Database) -> Self:
        """Return the rounds of a corpus, and create their tables if they are missing."""
        rounds = cls(corpus.folder, corpus._db)
        for table in _TABLES:
            rounds._db.execute(table)
        return rounds

    def projects(self, url: str) -> list[LabelProject]:
        """Return the projects on a server in the order of their creation."""
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
        """Store a project, replacing an earlier version of it."""
        self._db.execute("INSERT OR REPLACE INTO label_projects VALUES (?,?,?,?,?,?,?)", project)

    def forget_project(self, project: LabelProject) -> None:
        """Delete a project that the server no longer has, and its answers."""
        for table, column in (("label_projects", "id"), ("label_answers", "project")):
            self._db.execute(
                f"DELETE FROM {table} WHERE url = ? AND {column} = ?", (project.url, project.id)
            )

    def overlap(self, round: int) -> float | None:
        """Return the share of posts that all annotators of a round get, or None before it has begun."""
        row = self._db.execute(
            "SELECT overlap FROM label_rounds WHERE round = ?", (round,)
        ).fetchone()
        return row[0] if row else None

    def begin_round(self, round: int, overlap: float) -> None:
        """Begin a round; nothing changes if it has begun already."""
        self._db.execute("INSERT OR IGNORE INTO label_rounds VALUES (?, ?)", (round, overlap))

    def assigned(self, round: int) -> list[AssignedPost]:
        """Return the assignments of a round, ordered by post and annotator."""
        rows = self._db.execute(
            "SELECT post_id, annotator, is_shared FROM label_given WHERE round = ?"
            " ORDER BY post_id, annotator",
            (round,),
        )
        return [AssignedPost(post_id, name, bool(shared)) for post_id, name, shared in rows]

    def assign(self, round: int, posts: Iterable[AssignedPost]) -> None:
        """Add assignments to a round."""
        self._db.executemany(
            "INSERT OR IGNORE INTO label_given VALUES (?, ?, ?, ?)",
            ((round, *post) for post in posts),
        )

    def sole_annotators(self) -> dict[str, str]:
        """Return the posts that only one annotator was ever assigned, with the name of that annotator."""
        rows = self._db.execute(
            "SELECT post_id, min(annotator) FROM label_given GROUP BY post_id"
            " HAVING count(DISTINCT annotator) = 1 AND max(is_shared) = 0"
        )
        return dict(rows.fetchall())
