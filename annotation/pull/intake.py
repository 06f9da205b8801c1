"""Takes the answers to a task into the corpus, beside what was known of them before.

Of all answers of one person about one post in a round the newest counts, wherever it stands. A good one is
stored; a refused one is named and leaves what was stored; a deleted one is withdrawn, with a row. An
answer in the review project is a decision: it becomes gold. What it does not do: talk to a server.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from ...schema import Annotation, Corpus, Gold, Problem
from ...schema.corpus.studio_answers import KnownAnswer
from ...schema.corpus.studio_rounds import LabelProject, Rounds
from ..studio.shapes import StudioAnnotation, StudioTask
from ..studio.tasks import task_twice
from .answer import Answer, annotation_of

DECIDED: Final = "adjudicated:"
Key = tuple[str, str, int]


@dataclass
class Intake:
    """A corpus and what one pull does to it.

    again: (project, task) pairs that have to be read once more. tasks: those that were met, by project and
    post. stored: what counts and is new, and whether it replaced something. withdrawn: how many were.
    """

    corpus: Corpus
    rounds: Rounds
    users: Mapping[int, str]
    kept: set[str]
    problems: list[Problem] = field(default_factory=list)
    again: set[tuple[int, int]] = field(default_factory=set)
    tasks: dict[tuple[int, str], list[int]] = field(default_factory=dict)
    stored: dict[Key, bool] = field(default_factory=dict)
    withdrawn: int = 0

    def take(self, project: LabelProject, task: StudioTask, link: str) -> None:
        """Compares a task's answers with those that were known, and stores what is new."""
        self._meet(project, task, link)
        known = {one.id: one for one in self.rounds.answers_to(project.url, project.id, task.id)}
        fresh: dict[int, Answer] = {}
        touched: dict[Key, None] = {}
        for said in task.annotations:
            answer = self._answer(project, task, said, link)
            row = _row(project, answer)
            before = known.pop(said.id, None)
            if before and not self._is_news(before, row):
                continue
            if before and before.key != row.key:
                touched[before.key] = None
            self.rounds.put_answer(row)
            fresh[said.id] = answer
            touched[row.key] = None
        for gone in known.values():
            self.rounds.drop_answer(gone)
            touched[gone.key] = None
        for key in touched:
            self._settle(project, key, fresh, where=f"{link} {key[1]}".rstrip())

    def _meet(self, project: LabelProject, task: StudioTask, link: str) -> None:
        """Names a task whose post has another one in the project."""
        post_id = task.data.get("post_id")
        if not isinstance(post_id, str):
            return
        met = self.tasks.setdefault((project.id, post_id), [])
        if task.id not in met:
            met.append(task.id)
            if len(met) > 1:
                self.problems.append(task_twice(post_id, link, met[0]))

    def lose(self, project: LabelProject, task: int, link: str) -> None:
        """A task is gone from the server. Its stored answer stays, but where an earlier one is left."""
        for gone in self.rounds.answers_to(project.url, project.id, task):
            self.rounds.drop_answer(gone)
            if left := self.rounds.answers_about(gone.key):
                self.again.add((left[-1].project, left[-1].task))
            found, wanted = f"the task of post {gone.post_id} is gone", "a task that stays"
            detail = "what was stored of its answers stays in the corpus"
            where = f"{link} {gone.annotator}".rstrip()
            self.problems.append(Problem("warning", "task-deleted", where, found, wanted, detail))

    def _answer(
        self, project: LabelProject, task: StudioTask, said: StudioAnnotation, link: str
    ) -> Answer:
        login = self.users.get(said.completed_by or 0, f"user-{said.completed_by}")
        annotator = project.annotator or login
        return Answer(task, said, annotator, project.round, f"{link} {annotator}")

    def _is_news(self, before: KnownAnswer, row: KnownAnswer) -> bool:
        """Whether an answer that was known must be looked at: changed, refused, or the newest once more."""
        if (before.at, before.key) != (row.at, row.key) or before.state == "refused":
            return True
        return before.state == "replaced" and self.rounds.answers_about(row.key)[-1] == before

    def _settle(
        self, project: LabelProject, key: Key, fresh: Mapping[int, Answer], *, where: str
    ) -> None:
        """Of all answers about the same, makes the newest the one that counts."""
        rows = self.rounds.answers_about(key)
        if not rows:
            self._withdraw(project, key, where)
            return
        newest = rows[-1]
        for older in rows[:-1]:
            if older.state != "replaced":
                self.rounds.put_answer(replace(older, state="replaced", spans=0))
            if older.state != "replaced" or older.id in fresh:
                self._say_twice(older, newest, fresh, where)
        if newest.project == project.id and newest.id in fresh:
            self._store(project, newest, fresh[newest.id])
        elif newest.state == "replaced":
            self.again.add((newest.project, newest.task))
            found, wanted = f"the newest answer about post {key[0]} was deleted", "one that stays"
            detail = "the one before it counts again"
            self.problems.append(Problem("warning", "answer-deleted", where, found, wanted, detail))

    def _say_twice(
        self, older: KnownAnswer, newest: KnownAnswer, fresh: Mapping[int, Answer], where: str
    ) -> None:
        found = f"a second answer about post {older.post_id}, older"
        where = fresh[older.id].where if older.id in fresh else where
        detail = f"the later one counts: task {newest.task} of project {newest.project}"
        row = Problem("warning", "answer-twice", where, found, "one answer a person", detail)
        self.problems.append(row)

    def _store(self, project: LabelProject, row: KnownAnswer, answer: Answer) -> None:
        annotation, problems = annotation_of(self.corpus, self.kept, answer)
        self.problems.extend(problems)
        if annotation is None:
            self.rounds.put_answer(replace(row, state="refused", spans=0))
            self.stored.pop(row.key, None)
            return
        self.rounds.put_answer(replace(row, state=annotation.status, spans=len(annotation.spans)))
        if project.is_review:
            self._decide(row.key, annotation)
            return
        before = self.corpus.annotation(*row.key)
        if before != annotation:
            self.corpus.put_annotation(annotation)
            self.stored.setdefault(row.key, before is not None)

    def _decide(self, key: Key, decision: Annotation) -> None:
        """A decision of the adjudicator is gold, whatever was there; a skipped post has none."""
        before = self.corpus.gold_of(decision.post_id)
        if decision.status == "skipped":
            if before:
                self.corpus.drop_gold(decision.post_id)
                self.withdrawn += 1
            return
        gold = Gold(
            post_id=decision.post_id,
            text=decision.text,
            spans=decision.spans,
            how=DECIDED + decision.annotator,
            evidence=decision.evidence,
        )
        if before != gold:
            self.corpus.put_gold(gold)
            was_decided = before is not None and before.how.startswith(DECIDED)
            self.stored.setdefault(key, was_decided)

    def _withdraw(self, project: LabelProject, key: Key, where: str) -> None:
        """What was stored of an answer that is not there any more, is not stored any more either."""
        self.stored.pop(key, None)
        post_id = key[0]
        if project.is_review:
            gold = self.corpus.gold_of(post_id)
            was_stored = gold is not None and gold.how.startswith(DECIDED)
            if was_stored:
                self.corpus.drop_gold(post_id)
        else:
            was_stored = self.corpus.drop_annotation(*key)
        if was_stored:
            self.withdrawn += 1
            what = "decision" if project.is_review else "answer"
            found, wanted = f"the {what} about post {post_id} was deleted", "one that stays"
            detail = "withdrawn from the corpus"
            self.problems.append(Problem("warning", "answer-deleted", where, found, wanted, detail))


def _row(project: LabelProject, answer: Answer) -> KnownAnswer:
    """As it is before anybody has looked at it: not the one that counts."""
    return KnownAnswer(
        url=project.url,
        project=project.id,
        id=answer.said.id,
        task=answer.task.id,
        post_id=answer.post_id,
        annotator="" if project.is_review else answer.annotator,
        round=project.round,
        at=answer.said.updated_at,
        state="replaced",
        spans=0,
    )
