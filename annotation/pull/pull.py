"""Bring annotations back from Label Studio (`mnerctl label pull`), from every project that push has filled.

A pull reads the tasks that changed since the last one (`reader.py`) and gives them to the intake, which
checks the answers and stores the good ones (`intake.py`), in one transaction per batch. An answer with an
error is refused as a whole and read again by each pull until somebody fixes it. A second pull with no changes
in between stores nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ...schema import Corpus, UsageError
from ...schema.corpus.studio_rounds import LabelProject, Rounds
from ...schema.progress import OnCount, ignore_count
from ..studio.client import Studio
from .intake import Intake
from .reader import Batches, Reader
from .summary import PullResult, summarize


def pull(
    corpus: Corpus,
    studio: Studio,
    *,
    title: str,
    only: bool = True,
    on_count: OnCount = ignore_count,
) -> PullResult:
    """Store every good answer, and return the counts and a row for each problem.

    Args:
        title: title of the project to read.
        only: read that project alone. Otherwise read all projects that push has filled at this server,
            and the titled one only if push has filled none.
        on_count: called for each task that was read.

    Raises:
        UsageError: the server has none of these projects.
    """
    rounds = Rounds.of(corpus)
    intake = Intake(corpus, rounds, users=studio.users())
    reader = Reader(studio)
    projects = []
    for project in _wanted_projects(rounds, studio, reader, title=title, only=only):
        if reader.has(project):
            projects.append(project)
        else:
            intake.project_deleted(project)
    if not projects:
        raise UsageError(
            f"{studio.url}: the projects of {corpus.folder} were deleted; the corpus keeps what was pulled",
            f"mnerctl label push --corpus {corpus.folder} --url {studio.url}",
        )
    store = _Store(corpus, reader, intake, on_count, sum(map(reader.task_count, projects)))

    for project in projects:
        changed = store.take(project, reader.changed_tasks(project))
        refused = {one.task for one in rounds.answers_in(project.url, project.id, "refused")}
        store.take(project, reader.tasks_by_id(project, refused - changed.keys()))
        seen = sum(rounds.answered_tasks(project.url, project.id).values())
        if project.pulled_to and not reader.has_answers(project, seen):
            there = store.take(project, reader.all_tasks(project))
            known = rounds.answered_tasks(project.url, project.id)
            store.take_deleted(project, known.keys() - there.keys())
        pulled_to = reader.complete_to(project, changed.values())
        rounds.put_project(project._replace(pulled_to=pulled_to))

    while intake.again:  # a newer answer was deleted, so an older one counts again
        project_id, task_id = intake.again.pop()
        for project in rounds.projects(studio.url):
            if project.id == project_id and reader.has(project):
                store.take(project, reader.tasks_by_id(project, [task_id]))

    on_count(store.total, store.total)
    states = [
        reader.state(one, answered=len(rounds.answered_tasks(one.url, one.id))) for one in projects
    ]
    return summarize(
        rounds.answer_counts(studio.url),
        states,
        stored=intake.stored,
        withdrawn=intake.withdrawn,
        problems=intake.problems,
    )


def _wanted_projects(
    rounds: Rounds, studio: Studio, reader: Reader, *, title: str, only: bool
) -> list[LabelProject]:
    """Return the projects to read, whether they still exist or not."""
    known = rounds.projects(studio.url)
    if known and not only:
        return known
    found = reader.find(title)
    by_id = {project.id: project for project in known}
    return [by_id.get(found.id) or LabelProject(studio.url, found.id, title)]


@dataclass
class _Store:
    """Passes tasks to the intake, one transaction per batch, and reports progress.

    total: tasks that the projects have.
    done: tasks read so far; may exceed the total, because some are read twice.
    """

    corpus: Corpus
    reader: Reader
    intake: Intake
    on_count: OnCount
    total: int
    done: int = 0

    def take(self, project: LabelProject, batches: Batches) -> dict[int, datetime]:
        """Take the tasks of all batches; return when each of them last changed, by id."""
        changed: dict[int, datetime] = {}
        for batch in batches:
            with self.corpus.transaction():
                for task in batch:
                    self.intake.take(project, task, self.reader.task_link(project, task.id))
            for task in batch:
                changed[task.id] = task.updated_at
                self.done += 1
                self.on_count(min(self.done, self.total), self.total)
        return changed

    def take_deleted(self, project: LabelProject, tasks: set[int]) -> None:
        """Take note of tasks that the server no longer has."""
        for task in tasks:
            with self.corpus.transaction():
                self.intake.task_deleted(project, task, self.reader.task_link(project, task))
