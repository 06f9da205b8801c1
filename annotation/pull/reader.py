"""Reads the tasks of a Label Studio for one pull: no more than has changed, and a few hundred at a time.

The server tells when anything about a task was last changed, but not that a task was deleted, and keeps no
answer that was. So what a pull has seen is compared with the number of answers that the server has; where
they differ, everything is read. What it does not do: judge or store answers (`intake.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import Final

from ...schema import Problem, UsageError
from ...schema.corpus.studio_rounds import LabelProject, Rounds
from ..studio.client import Studio, find_project
from ..studio.shapes import StudioTask
from .intake import Intake
from .summary import ProjectState

BATCH: Final = 200
SETTLING: Final = timedelta(seconds=5)
"""How long the server may take until everybody sees what it has stored under a date."""


class Reader:
    """One pull's reading. there: the projects of the server by id, as they were at its start."""

    def __init__(self, studio: Studio, rounds: Rounds, intake: Intake) -> None:
        self._studio = studio
        self._rounds = rounds
        self.intake = intake
        self._began = studio.now()
        self.there = {project.id: project for project in studio.projects()}

    def named(self, title: str) -> LabelProject:
        """The project with this title. Raises UsageError where there is none."""
        project = find_project(self.there.values(), title, self._studio.url)
        if project is None:
            raise UsageError(
                f"{self._studio.url}: no project is called {title!r}",
                f"mnerctl label push --project {title!r}",
            )
        known = {one.id: one for one in self._rounds.projects(self._studio.url)}
        return known.get(project.id) or LabelProject(self._studio.url, project.id, title)

    def is_there(self, project: LabelProject) -> bool:
        """Whether the server still has it (and shows it to us); one that it has not gets a note."""
        if project.id in self.there:
            return True
        where = f"{project.url} project {project.title!r}"
        found, wanted = "deleted at the server", "a project that stays"
        detail = "what was stored of its answers stays in the corpus"
        row = Problem("note", "project-deleted", where, found, wanted, detail)
        self.intake.problems.append(row)
        return False

    def read(self, project: LabelProject) -> Iterator[StudioTask]:
        """Takes what is new in a project, and then remembers up to when that is."""
        since = datetime.fromisoformat(project.pulled_to) if project.pulled_to else None
        changed = self._studio.tasks(
            self.there[project.id], with_annotations=True, changed_after=since
        )
        seen: set[int] = set()
        latest = since
        for task in self._taken(project, changed):
            seen.add(task.id)
            latest = max(latest or task.updated_at, task.updated_at)
            yield task
        refused = self._rounds.answers_in(project.url, project.id, "refused")
        self._take(project, {answer.task for answer in refused} - seen)
        if since and not self._is_complete(project):
            yield from self._read_all(project)
        if latest:
            settled = min(latest, self._began - SETTLING)
            project = project._replace(pulled_to=max(since or settled, settled).isoformat())
        self._rounds.put_project(project)

    def read_again(self) -> None:
        """Takes the tasks of which an older answer counts again, because the newer was deleted."""
        while self.intake.again:
            id, task = self.intake.again.pop()
            for project in self._rounds.projects(self._studio.url):
                if project.id == id and id in self.there:
                    self._take(project, {task})

    def state(self, project: LabelProject) -> ProjectState:
        """How far a project is."""
        found = self.there[project.id]
        answered = self._rounds.answered_tasks(project.url, project.id)
        return ProjectState(
            project,
            self._studio.project_link(found),
            tasks=found.task_number,
            open=max(0, found.task_number - len(answered)),
            drafts=self._studio.count_drafts(found),
        )

    def _is_complete(self, project: LabelProject) -> bool:
        """Whether the server has as many answers as were seen; asked once more, as people may be at work."""
        seen = sum(self._rounds.answered_tasks(project.url, project.id).values())
        if seen == self.there[project.id].answers:
            return True
        return any(
            found.id == project.id and found.answers == seen for found in self._studio.projects()
        )

    def _read_all(self, project: LabelProject) -> Iterator[StudioTask]:
        seen: set[int] = set()
        found = self.there[project.id]
        for task in self._taken(project, self._studio.tasks(found, with_annotations=True)):
            seen.add(task.id)
            yield task
        for task_id in self._rounds.answered_tasks(project.url, project.id).keys() - seen:
            with self.intake.corpus.transaction():
                self.intake.lose(project, task_id, self._studio.task_link(found, task_id))

    def _take(self, project: LabelProject, tasks: Iterable[int]) -> None:
        """Takes a few tasks by their numbers."""
        ids = sorted(tasks)
        found = self.there[project.id]
        for first in range(0, len(ids), BATCH):
            batch = ids[first : first + BATCH]
            for _ in self._taken(
                project, self._studio.tasks(found, with_annotations=True, ids=batch)
            ):
                pass

    def _taken(self, project: LabelProject, tasks: Iterator[StudioTask]) -> Iterator[StudioTask]:
        """Takes tasks, some hundred in a transaction."""
        found = self.there[project.id]
        while batch := list(islice(tasks, BATCH)):
            with self.intake.corpus.transaction():
                for task in batch:
                    self.intake.take(project, task, self._studio.task_link(found, task.id))
            yield from batch
