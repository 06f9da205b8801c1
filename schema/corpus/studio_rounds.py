"""Label rounds: the Label Studio projects of a corpus, and which annotator was assigned which post.

A push stores the projects and assignments here, and a pull reads them. The answers that a pull has seen are
in `studio_answers.py`. The tables are created when a corpus first needs them. They contain neither text nor
spans. A project is known by a random key that is also stored at the server; its address and number only say
where it was last. Earlier versions knew projects by address and number: `Rounds.of` moves their rows to the
present tables, under the key `ADDRESS NUMBER`, and keeps the old tables as they were.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from typing import Final, NamedTuple, Self

from .database import Database
from .studio_answers import ANSWER_TABLES, StudioAnswers

_TABLES: Final = (
    """CREATE TABLE IF NOT EXISTS label_projects (
    key TEXT PRIMARY KEY, url TEXT NOT NULL, id INTEGER NOT NULL, title TEXT NOT NULL, annotator TEXT,
    round INTEGER NOT NULL, is_review INTEGER NOT NULL, pulled_to TEXT
) WITHOUT ROWID""",
    """CREATE TABLE IF NOT EXISTS label_rounds (
    round INTEGER PRIMARY KEY, overlap REAL NOT NULL
)""",
    """CREATE TABLE IF NOT EXISTS label_given (
    round INTEGER, post_id TEXT, annotator TEXT, is_shared INTEGER NOT NULL,
    PRIMARY KEY (round, post_id, annotator)
) WITHOUT ROWID""",
    "CREATE TABLE IF NOT EXISTS label_facts (name TEXT PRIMARY KEY, value TEXT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS label_reopened (post_id TEXT PRIMARY KEY) WITHOUT ROWID",
    *ANSWER_TABLES,
)
_UPGRADE: Final = (
    "ALTER TABLE label_projects RENAME TO label_projects_by_address",
    "ALTER TABLE label_answers RENAME TO label_answers_by_address",
    *_TABLES,  # the old tables stay as they were, in case this one is wrong
    """INSERT INTO label_projects
    SELECT url || ' ' || id, url, id, title, annotator, round, is_review, NULL
    FROM label_projects_by_address""",
    """INSERT INTO label_answers
    SELECT url || ' ' || project, id, task, post_id, annotator, round, at, state, spans, ''
    FROM label_answers_by_address""",
)


class LabelProject(NamedTuple):
    """A Label Studio project that a push has filled.

    Attributes:
        key: random key, which the server also has; `ADDRESS NUMBER` if an earlier version filled the project.
        url: address of the server when it was last seen.
        id: number of the project there.
        title: title that it was given.
        annotator: whose project it is, or None if annotators are known by their logins.
        round: label round.
        is_review: the project is for adjudication.
        pulled_to: time on the server's clock up to which all tasks have been read, or None.
    """

    key: str
    url: str
    id: int
    title: str
    annotator: str | None = None
    round: int = 1
    is_review: bool = False
    pulled_to: str | None = None

    @property
    def is_known_by_address(self) -> bool:
        """Whether an earlier version filled the project, and no later one has found it yet."""
        return " " in self.key

    @property
    def purpose(self) -> tuple[str | None, int, bool, str]:
        """Whose project it is and for what; a project for everybody is told apart by its title."""
        title = "" if self.annotator or self.is_review else self.title
        return self.annotator, self.round, self.is_review, title


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
        """Return the rounds of a corpus; create or upgrade their tables if that is needed."""
        rounds = cls(corpus.folder, corpus._db)
        if rounds._is_by_address():
            with rounds.transaction():
                if rounds._is_by_address():  # no other process was faster
                    for statement in _UPGRADE:
                        rounds._db.execute(statement)
        for table in _TABLES:
            rounds._db.execute(table)
        return rounds

    def _is_by_address(self) -> bool:
        """Return whether an earlier version made the tables."""
        rows = self._db.execute("SELECT name FROM pragma_table_info('label_projects')")
        columns = {column for (column,) in rows}
        return bool(columns) and "key" not in columns

    def identity(self) -> str:
        """Return the random id of the corpus, which its projects have too; the first call makes it."""
        self._db.execute(
            "INSERT OR IGNORE INTO label_facts VALUES ('identity', ?)", (secrets.token_hex(16),)
        )
        return self._fact("identity") or ""

    def majority(self) -> bool | None:
        """Return whether the last adjudication decided by majority, or None before the first."""
        value = self._fact("majority")
        return None if value is None else value == "yes"

    def put_majority(self, *, majority: bool) -> None:
        """Remember whether adjudications decide by majority."""
        value = "yes" if majority else "no"
        self._db.execute("INSERT OR REPLACE INTO label_facts VALUES ('majority', ?)", (value,))

    def _fact(self, name: str) -> str | None:
        row = self._db.execute("SELECT value FROM label_facts WHERE name = ?", (name,)).fetchone()
        return row[0] if row else None

    def reopened(self) -> set[str]:
        """Return the posts whose decision was reopened, so that only a person decides them again."""
        return {post_id for (post_id,) in self._db.execute("SELECT post_id FROM label_reopened")}

    def reopen(self, post_id: str) -> None:
        """Remember that the decision about a post was reopened."""
        self._db.execute("INSERT OR IGNORE INTO label_reopened VALUES (?)", (post_id,))

    def projects(self) -> list[LabelProject]:
        """Return all projects, ordered by address and number."""
        rows = self._db.execute("SELECT * FROM label_projects ORDER BY url, id, key")
        # SQLite knows no bool
        return [LabelProject._make((*row[:6], bool(row[6]), row[7])) for row in rows.fetchall()]

    def put_project(self, project: LabelProject) -> None:
        """Store a project, replacing an earlier version of it."""
        self._db.execute("INSERT OR REPLACE INTO label_projects VALUES (?,?,?,?,?,?,?,?)", project)

    def forget_project(self, project: LabelProject) -> None:
        """Delete a project that the server no longer has, and its answers."""
        self._db.execute("DELETE FROM label_projects WHERE key = ?", (project.key,))
        self._db.execute("DELETE FROM label_answers WHERE project = ?", (project.key,))

    def join(self, earlier: LabelProject, key: str) -> None:
        """Give the answers of a project to the project with this key, and forget it.

        Of an answer that both have, the one that changed later stays.
        """
        self._db.execute(
            "INSERT INTO label_answers"
            " SELECT ?, id, task, post_id, annotator, round, at, state, spans, login"
            " FROM label_answers WHERE project = ?"
            " ON CONFLICT DO UPDATE SET task = excluded.task, post_id = excluded.post_id,"
            " annotator = excluded.annotator, round = excluded.round, at = excluded.at,"
            " state = excluded.state, spans = excluded.spans WHERE excluded.at > at",
            (key, earlier.key),
        )
        self.forget_project(earlier)

    def annotators(self) -> list[str]:
        """Return the annotators with a project of their own."""
        rows = self._db.execute(
            "SELECT annotator FROM label_projects WHERE annotator IS NOT NULL"
            " UNION SELECT annotator FROM label_given ORDER BY 1"
        )
        return [name for (name,) in rows]

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
