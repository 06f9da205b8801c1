"""Read tasks from Label Studio for one pull: only what has changed, in batches of a few hundred.

The server reports when anything about a task last changed, but it does not report deleted tasks and keeps no
deleted answers. `has_answers` finds these: if the server has another number of answers than were seen, the
pull reads everything. This module does not judge or store answers (`intake.py`) and opens no transactions
(`pull.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from itertools import islice
from typing import Final

from ...schema.corpus.studio_rounds import LabelProject
from ..studio.client import Studio
from ..studio.shapes import Project, StudioTask
from .summary import ProjectState

BATCH: Final = 200
SETTLING: Final = timedelta(seconds=5)
"""A change may become visible this long after the date that the server stores for it."""

Batches = Iterator[list[StudioTask]]


class Reader:
    """The projects of a Label Studio as they were when the pull began, and their tasks."""

    def __init__(self, studio: Studio, projects: Mapping[str, Project]) -> None:
        """Begin a pull of these projects, by their keys."""
        self._studio = studio
        self._began = studio.now()
        self._projects = projects

    def has(self, key: str) -> bool:
        """Return whether the server has the project."""
        return key in self._projects

    def task_count(self, project: LabelProject) -> int:
        """Return the number of tasks in the project."""
        return self._projects[project.key].task_number

    def changed_tasks(self, project: LabelProject) -> Batches:
        """Yield the tasks that changed since the last pull, or all on the first and after a wrong clock."""
        return _batches(
            self._studio.tasks(
                self._projects[project.key],
                with_annotations=True,
                changed_after=self._pulled_to(project),
            )
        )

    def all_tasks(self, project: LabelProject) -> Batches:
        """Yield every task of the project."""
        return _batches(self._studio.tasks(self._projects[project.key], with_annotations=True))

    def tasks_by_id(self, project: LabelProject, ids: Iterable[int]) -> Batches:
        """Yield the tasks with these ids that still exist."""
        wanted = sorted(ids)
        for first in range(0, len(wanted), BATCH):
            yield from _batches(
                self._studio.tasks(
                    self._projects[project.key],
                    with_annotations=True,
                    ids=wanted[first : first + BATCH],
                )
            )

    def has_answers(self, project: LabelProject, number: int) -> bool:
        """Return whether the server has this many answers in the project.

        If not, the server is asked a second time, because annotators may be working during the pull.
        """
        if number == self._projects[project.key].answers:
            return True
        return any(
            found.id == project.id and found.answers == number for found in self._studio.projects()
        )

    def complete_to(self, project: LabelProject, changed: Iterable[datetime]) -> str | None:
        """Return the server's time up to which this pull has read all changes; None if there were none.

        Args:
            changed: when each task that was read last changed.
        """
        before = self._pulled_to(project)
        latest = max((*changed, *([before] if before else [])), default=None)
        if latest is None:
            return None
        settled = min(latest, self._began - SETTLING)
        return max(before or settled, settled).isoformat()

    def _pulled_to(self, project: LabelProject) -> datetime | None:
        """Return the time up to which all changes have been read, or None to read all tasks.

        A time later than the server's clock is of a clock that was wrong: changes before it may be unread.
        """
        date = datetime.fromisoformat(project.pulled_to) if project.pulled_to else None
        return date if date and date <= self._began else None

    def state(self, project: LabelProject, *, answered: int) -> ProjectState:
        """Return the progress of a project, of which `answered` tasks have an answer."""
        found = self._projects[project.key]
        return ProjectState(
            label=project,
            link=self._studio.project_link(found),
            open=max(0, found.task_number - answered),
            drafts=self._studio.count_drafts(found),
        )

    def task_link(self, project: LabelProject, task: int) -> str:
        """Return the address at which a person sees the task."""
        return self._studio.task_link(self._projects[project.key], task)


def _batches(tasks: Iterator[StudioTask]) -> Batches:
    while batch := list(islice(tasks, BATCH)):
        yield batch
