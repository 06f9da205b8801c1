"""Compare the answers to a task with those that the corpus knows, and store what is new.

An annotator's answers about one post in one round may be in several tasks: the newest counts. A good answer
is stored. A refused one gets problem rows and leaves what was stored before. One that a login of somebody
else submitted gets a row and counts for nobody. A deleted one is withdrawn, with a row. An answer in a review
project is a decision and becomes gold. The intake does not talk to a server
(`reader.py`) and opens no transactions (`pull.py`).
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, field, replace
from typing import Final

from ...schema import Annotation, Corpus, Gold, Problem
from ...schema.corpus.people import People
from ...schema.corpus.studio_answers import UNSTORED, KnownAnswer
from ...schema.corpus.studio_rounds import LabelProject, Rounds
from ..studio.shapes import StudioAnnotation, StudioTask
from ..studio.tasks import second_task
from .answer import Answer, annotation_of, unjudged
from .whose import annotator_of, unclear_answer

ADJUDICATED: Final = "adjudicated:"
"""Prefix of `Gold.how` if a person decided the gold."""

Key = tuple[str, str, int]
"""The subject of an answer: post id, annotator ("" in the review project) and round."""


@dataclass
class Intake:
    """What one pull does to a corpus.

    rounds: the corpus's record of projects and answers.
    people: who has which login.
    users: login of each user of the server, by id.
    there: keys of the corpus's projects at this server.
    problems: rows about everything that was taken.
    again: (project, task) pairs that the pull has to read once more.
    tasks: ids of the tasks that were taken, by project and post.
    stored: answers that this pull stored, and whether each replaced an earlier one.
    withdrawn: number of stored answers that were deleted.
    """

    corpus: Corpus
    rounds: Rounds
    people: People
    users: Mapping[int, str]
    there: Set[str]
    problems: list[Problem] = field(default_factory=list)
    again: set[tuple[str, int]] = field(default_factory=set)
    tasks: dict[tuple[str, str], list[int]] = field(default_factory=dict)
    stored: dict[Key, bool] = field(default_factory=dict)
    withdrawn: int = 0

    def take(self, project: LabelProject, task: StudioTask, link: str) -> None:
        """Compare a task's answers with the known ones, and store what is new.

        Args:
            link: address of the task, for problem rows.
        """
        self._check_single_task(project, task, link)
        known = {one.id: one for one in self.rounds.answers_to(project.key, task.id)}
        fresh: dict[int, Answer] = {}
        touched: dict[Key, str] = {}
        for content in task.annotations:
            answer = self._answer(project, task, content, link)
            row = unjudged(project, answer)
            before = known.pop(content.id, None)
            if before and not self._is_news(before, row):
                continue
            if before and before.key != row.key and before.state != "unclear":
                touched[before.key] = "counts elsewhere now"
            self.rounds.put_answer(row)
            if answer.annotator is None:
                self.problems.append(
                    unclear_answer(self.people, project, answer.login, answer.where)
                )
                continue
            fresh[content.id] = answer
            touched.setdefault(row.key, "")
        for deleted in known.values():
            self.rounds.drop_answer(deleted)
            if deleted.state != "unclear":
                touched[deleted.key] = "was deleted"
        for key, why in touched.items():
            self._settle(project, key, fresh, where=f"{link} {key[1]}".rstrip(), why=why)

    def has_moved(self, project: LabelProject, answer: KnownAnswer) -> bool:
        """Return whether an answer is somebody else's than at the last pull, by what is known of people."""
        if project.is_review or not answer.login:
            return False
        annotator = annotator_of(self.people, project, answer.login)
        return annotator != (None if answer.state == "unclear" else answer.annotator)

    def task_deleted(self, project: LabelProject, task: int, link: str) -> None:
        """Forget the answers to a task that the server no longer has.

        What was stored of them stays, unless an earlier answer is left: then that one counts again.
        """
        for lost in self.rounds.answers_to(project.key, task):
            self.rounds.drop_answer(lost)
            if left := self.rounds.answers_about(lost.key):
                self.again.add((left[-1].project, left[-1].task))
            found, wanted = f"the task of post {lost.post_id} was deleted", "a task that stays"
            detail = "the corpus keeps what was stored of its answers"
            where = f"{link} {lost.annotator}".rstrip()
            self.problems.append(Problem("warning", "task-deleted", where, found, wanted, detail))

    def _check_single_task(self, project: LabelProject, task: StudioTask, link: str) -> None:
        """Add a row if the project has another task of the same post."""
        post_id = task.data.get("post_id")
        if not isinstance(post_id, str):
            return
        tasks = self.tasks.setdefault((project.key, post_id), [])
        if task.id not in tasks:
            tasks.append(task.id)
            if len(tasks) > 1:
                self.problems.append(second_task(post_id, link, tasks[0]))

    def _answer(
        self, project: LabelProject, task: StudioTask, content: StudioAnnotation, link: str
    ) -> Answer:
        login = self.users.get(content.completed_by or 0, f"user-{content.completed_by}")
        annotator = annotator_of(self.people, project, login)
        return Answer(
            task, content, login, annotator, project.round, f"{link} {annotator or login}"
        )

    def _is_news(self, before: KnownAnswer, row: KnownAnswer) -> bool:
        """Return whether a known answer must be judged: it changed, was refused, or is the newest again."""
        if (before.at, before.key, before.login) != (row.at, row.key, row.login):
            return True
        if before.state in UNSTORED or row.state == "unclear":
            return True
        return before.state == "replaced" and self.rounds.answers_about(row.key)[-1] == before

    def _settle(
        self,
        project: LabelProject,
        key: Key,
        fresh: Mapping[int, Answer],
        *,
        where: str,
        why: str,
    ) -> None:
        """Make the newest of all answers with this key the one that counts.

        Args:
            fresh: the answers that this task has brought, by id.
            why: what happened to an answer that had this key, or "".
        """
        rows = self.rounds.answers_about(key)
        while rows and rows[-1].state == "replaced" and rows[-1].project not in self.there:
            self.rounds.drop_answer(rows.pop())  # it cannot be read again
        if not rows:
            self._withdraw(project, key, where, why)
            return
        newest = rows[-1]
        for older in rows[:-1]:
            if older.state != "replaced":
                self.rounds.put_answer(replace(older, state="replaced", spans=0))
            if older.state != "replaced" or (older.project == project.key and older.id in fresh):
                self._warn_of_older(older, newest, fresh, where)
        if newest.project == project.key and newest.id in fresh:
            self._store(project, newest, fresh[newest.id])
        elif newest.state == "replaced":
            self.again.add((newest.project, newest.task))
            found = f"the newest answer about post {key[0]} {why or 'changed'}"
            wanted, detail = "one that stays", "the one before it counts again"
            self.problems.append(Problem("warning", "answer-deleted", where, found, wanted, detail))

    def _warn_of_older(
        self, older: KnownAnswer, newest: KnownAnswer, fresh: Mapping[int, Answer], where: str
    ) -> None:
        found = f"a second, older answer about post {older.post_id}"
        where = fresh[older.id].where if older.id in fresh else where
        wanted = "one answer per annotator"
        detail = f"the later one counts: task {newest.task} of project {newest.project}"
        self.problems.append(Problem("warning", "answer-twice", where, found, wanted, detail))

    def _store(self, project: LabelProject, row: KnownAnswer, answer: Answer) -> None:
        annotation, problems = annotation_of(self.corpus, answer)
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
        """Make the adjudicator's decision gold, whatever was there; a skipped post loses its gold.

        A decision that was made in a later round stays.
        """
        before = self.corpus.gold_of(decision.post_id)
        if before and before.how.startswith(ADJUDICATED) and before.round > decision.round:
            found = f"a decision of round {decision.round} about post {decision.post_id}"
            wanted = f"the one of round {before.round}, which stays"
            where = f"post {decision.post_id}"
            self.problems.append(Problem("note", "gold-kept", where, found, wanted))
            return
        if decision.status == "skipped":
            if before:
                self.corpus.drop_gold(decision.post_id)
                self.withdrawn += 1
            return
        gold = Gold(
            post_id=decision.post_id,
            text=decision.text,
            spans=decision.spans,
            how=ADJUDICATED + decision.annotator,
            evidence=decision.evidence,
            round=decision.round,
        )
        if before != gold:
            self.corpus.put_gold(gold)
            was_decided = before is not None and before.how.startswith(ADJUDICATED)
            self.stored.setdefault(key, was_decided)

    def _withdraw(self, project: LabelProject, key: Key, where: str, why: str) -> None:
        """Remove what the corpus stored of an answer that no longer has this key."""
        self.stored.pop(key, None)
        post_id, _, round = key
        if project.is_review:
            gold = self.corpus.gold_of(post_id)
            was_stored = (
                gold is not None and gold.how.startswith(ADJUDICATED) and gold.round == round
            )
            if was_stored:
                self.corpus.drop_gold(post_id)
        else:
            was_stored = self.corpus.drop_annotation(*key)
        if was_stored:
            self.withdrawn += 1
            kind = "decision" if project.is_review else "answer"
            found, wanted = f"the {kind} about post {post_id} {why}", "one that stays"
            detail = "withdrawn from the corpus"
            self.problems.append(Problem("warning", "answer-deleted", where, found, wanted, detail))
