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
    project TEXT, id INTEGER, task INTEGER NOT NULL, post_id TEXT NOT NULL, annotator TEXT NOT NULL,
    round INTEGER NOT NULL, at TEXT NOT NULL, state TEXT NOT NULL, spans INTEGER NOT NULL,
    login TEXT NOT NULL, PRIMARY KEY (project, id)
) WITHOUT ROWID""",
    "CREATE INDEX IF NOT EXISTS answers_of_task ON label_answers (project, task)",
    "CREATE INDEX IF NOT EXISTS answers_of_key ON label_answers (post_id, annotator, round)",
)

AnswerState = Literal["done", "skipped", "refused", "replaced", "unclear"]
UNSTORED: Final[tuple[AnswerState, ...]] = ("refused", "unclear")
"""Each pull reads these answers again: one has an error, or it is not clear whose it is."""


@dataclass(frozen=True, slots=True)
class KnownAnswer:
    """An answer on a server as the last pull saw it.

    Attributes:
        project: key of the project.
        id: id of the answer.
        task: id of the task.
        post_id: the post of the task.
        annotator: whose answer it is; "" for a decision of the review, the login if it is unclear.
        round: label round.
        at: time of the last change, by the clock of the server.
        state: what the pull did with it.
        spans: number of spans.
        login: who submitted it.
    """

    project: str
    id: int
    task: int
    post_id: str
    annotator: str
    round: int
    at: datetime
    state: AnswerState
    spans: int
    login: str

    @property
    def key(self) -> tuple[str, str, int]:
        """Post, annotator and round; only one answer with the same key counts."""
        return self.post_id, self.annotator, self.round


class AnswerCount(NamedTuple):
    """The number of answers of an annotator with the same state, in one project and round.

    Attributes:
        project: key of the project.
        annotator: whose answers they are, as in `KnownAnswer`.
        round: label round.
        state: state of the answers.
        answers: number of answers.
        spans: number of spans in all of them.
    """

    project: str
    annotator: str
    round: int
    state: AnswerState
    answers: int
    spans: int


class StudioAnswers(Database):
    """The known answers to the tasks of an open corpus."""

    def answers_to(self, project: str, task: int) -> list[KnownAnswer]:
        """Return the answers to a task, oldest change first."""
        # without the hint, SQLite reads all answers of the project each time
        where = "INDEXED BY answers_of_task WHERE project = ? AND task = ?"
        return self._answers(where, project, task)

    def answers_about(self, key: tuple[str, str, int]) -> list[KnownAnswer]:
        """Return the answers with this key in all projects, oldest change first, without unclear ones."""
        where = "WHERE post_id = ? AND annotator = ? AND round = ? AND state != 'unclear'"
        return self._answers(where, *key)

    def answers_in(self, project: str, *states: AnswerState) -> list[KnownAnswer]:
        """Return the answers of a project that have one of these states, or all of them."""
        answers = self._answers("WHERE project = ?", project)
        return [one for one in answers if not states or one.state in states]

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
                *(answer.project, answer.id, answer.task, *answer.key),
                *(answer.at.isoformat(timespec="microseconds"), answer.state, answer.spans),
                answer.login,
            ),
        )

    def drop_answer(self, answer: KnownAnswer) -> None:
        """Delete an answer."""
        self._db.execute(
            "DELETE FROM label_answers WHERE project = ? AND id = ?", (answer.project, answer.id)
        )

    def answered_tasks(self, project: str) -> dict[int, int]:
        """Return the number of answers by task, for tasks of a project that have any."""
        rows = self._db.execute(
            "SELECT task, count(*) FROM label_answers WHERE project = ? GROUP BY task", (project,)
        )
        return dict(rows.fetchall())

    def answer_counts(self) -> list[AnswerCount]:
        """Return the numbers of answers, by project, annotator, round and state."""
        rows = self._db.execute(
            "SELECT project, annotator, round, state, count(*), sum(spans) FROM label_answers"
            " GROUP BY project, annotator, round, state"
        )
        return [AnswerCount(*row) for row in rows.fetchall()]


def _known(
    project: str,
    id: int,
    task: int,
    post_id: str,
    annotator: str,
    round: int,
    at: str,
    state: AnswerState,
    spans: int,
    login: str,
) -> KnownAnswer:
    when = datetime.fromisoformat(at)
    return KnownAnswer(project, id, task, post_id, annotator, round, when, state, spans, login)
