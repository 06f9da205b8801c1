"""The answers on Label Studio servers as the last pull saw them, to find changed or deleted ones.

The annotations themselves are in `annotations.py`.
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
    """An answer on a server as the last pull saw it.

    Attributes:
        url: address of the server.
        project: id of the project.
        id: id of the answer.
        task: id of the task.
        post_id: the post of the task.
        annotator: who answered.
        round: label round.
        at: time of the last change, by the clock of the server.
        state: what the pull did with it.
        spans: number of spans.
    """

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
        """Post, annotator and round; only one answer with the same key counts."""
        return self.post_id, self.annotator, self.round


class AnswerCount(NamedTuple):
    """The number of answers of an annotator with the same state, in one project and round.

    Attributes:
        project: id of the project.
        annotator: who answered.
        round: label round.
        state: state of the answers.
        answers: number of answers.
        spans: number of spans in all of them.
    """

    project: int
    annotator: str
    round: int
    state: AnswerState
    answers: int
    spans: int


class StudioAnswers(Database):
    """The known answers to the tasks of an open corpus."""

    def answers_to(self, url: str, project: int, task: int) -> list[KnownAnswer]:
        """Return the answers to a task, oldest change first."""
        # without the hint, SQLite reads all answers of the project each time
        where = "INDEXED BY answers_by_task WHERE url = ? AND project = ? AND task = ?"
        return self._answers(where, url, project, task)

    def answers_about(self, key: tuple[str, str, int]) -> list[KnownAnswer]:
        """Return the answers with this key on all servers, oldest change first."""
        return self._answers("WHERE post_id = ? AND annotator = ? AND round = ?", *key)

    def answers_in(self, url: str, project: int, state: AnswerState) -> list[KnownAnswer]:
        """Return the answers of a project that have this state."""
        return self._answers("WHERE url = ? AND project = ? AND state = ?", url, project, state)

    def _answers(self, where: str, *values: object) -> list[KnownAnswer]:
        rows = self._db.execute(
            f"SELECT * FROM label_answers {where} ORDER BY at, project, id", values
        )
        return [_known(*row) for row in rows.fetchall()]

    def put_answer(self, answer: KnownAnswer) -> None:
        """Store an answer, replacing an earlier version of it."""
        self._db.execute(
            "INSERT OR REPLACE INTO label_answers VALUES (?,?,?,?,?,?,?,?,?,?)",
            (
                *(answer.url, answer.project, answer.id, answer.task, *answer.key),
                *(answer.at.isoformat(timespec="microseconds"), answer.state, answer.spans),
            ),
        )

    def drop_answer(self, answer: KnownAnswer) -> None:
        """Delete an answer."""
        self._db.execute(
            "DELETE FROM label_answers WHERE url = ? AND project = ? AND id = ?",
            (answer.url, answer.project, answer.id),
        )

    def answered_tasks(self, url: str, project: int) -> dict[int, int]:
        """Return the number of answers by task, for tasks of a project that have any."""
        rows = self._db.execute(
            "SELECT task, count(*) FROM label_answers WHERE url = ? AND project = ? GROUP BY task",
            (url, project),
        )
        return dict(rows.fetchall())

    def answer_counts(self, url: str) -> list[AnswerCount]:
        """Return the numbers of answers on a server, by project, annotator, round and state."""
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
