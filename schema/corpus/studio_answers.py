"""The answers at a Label Studio as pull last saw them, so that a changed or deleted one is noticed.

What it does not do: hold what anybody said; that is in `annotations.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, NamedTuple

from .database import Database

ANSWER_TABLES: Final = (
    """CREATE TABLE IF NOT EXISTS label_answers (
    url TEXT, project INTEGER, id INTEGER, task INTEGER NOT NULL, post_id TEXT NOT NULL,
    annotator TEXT NOT NULL, round INTEGER NOT NULL, at TEXT NOT NULL, state TEXT NOT NULL,
    spans INTEGER NOT NULL, PRIMARY KEY (url, project, id)
) WITHOUT ROWID""",
    "CREATE INDEX IF NOT EXISTS answers_by_task ON label_answers (url, project, task)",
    "CREATE INDEX IF NOT EXISTS answers_by_key ON label_answers (post_id, annotator, round)",
)

AnswerState = Literal["done", "skipped", "refused", "replaced"]


@dataclass(frozen=True, slots=True)
class KnownAnswer:
    """An answer at the server as pull last saw it. at: its last change, there."""

    url: str
    project: int
    id: int
    task: int
    post_id: str
    annotator: str
    round: int
    at: datetime
    state: AnswerState
    spans: int

    @property
    def key(self) -> tuple[str, str, int]:
        """What it is about: of all answers with this key one counts."""
        return self.post_id, self.annotator, self.round


class AnswerCount(NamedTuple):
    """How many answers of an annotator have this state, in one project, with how many spans."""

    project: int
    annotator: str
    round: int
    state: AnswerState
    answers: int
    spans: int


class StudioAnswers(Database):
    """What is known of the answers of an open corpus."""

    def answers_to(self, url: str, project: int, task: int) -> list[KnownAnswer]:
        """The answers to a task, oldest change first."""
        # by itself SQLite reads all answers of the project, each time
        where = "INDEXED BY answers_by_task WHERE url = ? AND project = ? AND task = ?"
        return self._answers(where, url, project, task)

    def answers_about(self, key: tuple[str, str, int]) -> list[KnownAnswer]:
        """The answers that are about the same, wherever they are, oldest change first."""
        return self._answers("WHERE post_id = ? AND annotator = ? AND round = ?", *key)

    def answers_in(self, url: str, project: int, state: AnswerState) -> list[KnownAnswer]:
        """The answers of a project that have a state."""
        return self._answers("WHERE url = ? AND project = ? AND state = ?", url, project, state)

    def _answers(self, where: str, *values: object) -> list[KnownAnswer]:
        rows = self._db.execute(
            f"SELECT * FROM label_answers {where} ORDER BY at, project, id", values
        )
        return [_known(*row) for row in rows.fetchall()]

    def put_answer(self, answer: KnownAnswer) -> None:
        """Remembers an answer, replacing what was known of it."""
        self._db.execute(
            "INSERT OR REPLACE INTO label_answers VALUES (?,?,?,?,?,?,?,?,?,?)",
            (
                *(answer.url, answer.project, answer.id, answer.task, *answer.key),
                *(answer.at.isoformat(timespec="microseconds"), answer.state, answer.spans),
            ),
        )

    def drop_answer(self, answer: KnownAnswer) -> None:
        """Forgets an answer."""
        self._db.execute(
            "DELETE FROM label_answers WHERE url = ? AND project = ? AND id = ?",
            (answer.url, answer.project, answer.id),
        )

    def answered_tasks(self, url: str, project: int) -> dict[int, int]:
        """How many answers each task of a project has, where it has any."""
        rows = self._db.execute(
            "SELECT task, count(*) FROM label_answers WHERE url = ? AND project = ? GROUP BY task",
            (url, project),
        )
        return dict(rows.fetchall())

    def answer_counts(self, url: str) -> list[AnswerCount]:
        """All answers at a server, counted by project, annotator, round and state."""
        rows = self._db.execute(
            "SELECT project, annotator, round, state, count(*), sum(spans) FROM label_answers"
            " WHERE url = ? GROUP BY project, annotator, round, state",
            (url,),
        )
        return [AnswerCount(*row) for row in rows.fetchall()]


def _known(
    url: str,
    project: int,
    id: int,
    task: int,
    post_id: str,
    annotator: str,
    round: int,
    at: str,
    state: AnswerState,
    spans: int,
) -> KnownAnswer:
    when = datetime.fromisoformat(at)
    return KnownAnswer(url, project, id, task, post_id, annotator, round, when, state, spans)
