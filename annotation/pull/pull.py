"""Bring annotations back from Label Studio (`mnerctl label pull`), from every project that push has filled.

A pull reads the tasks that changed since the last one (`reader.py`) and gives them to the intake, which
checks the answers and stores the good ones (`intake.py`), in one transaction per batch. An answer with an
error is refused as a whole and read again by each pull until somebody fixes it. A second pull with no changes
in between stores nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ...schema import Corpus, Problem, UsageError
from ...schema.corpus.people import People
from ...schema.corpus.studio_answers import UNSTORED
from ...schema.corpus.studio_rounds import LabelProject, Rounds
from ...schema.progress import OnCount, ignore_count
from ..studio.client import Studio
from ..studio.own_projects import OwnProjects, own_projects
from .intake import Intake
from .reader import Batches, Reader
from .summary import PullResult, summarize


def pull(
    corpus: Corpus,
    studio: Studio,
    *,
    title: str | None = None,
    on_count: OnCount = ignore_count,
) -> PullResult:
    """Store every good answer, and return the counts and a row for each problem.

    Args:
        title: read only the project with this title. None means all projects of this corpus at the server.
        on_count: called for each task that was read.

    Raises:
        UsageError: the server has none of these projects.
    """
    rounds = Rounds.of(corpus)
    own = own_projects(corpus, studio)
    reader = Reader(studio, {key: project for key, (_, project) in own.items()})
    intake = Intake(corpus, rounds, People.of(corpus), users=studio.users(), there=frozenset(own))
    for missing in rounds.projects():
        if missing.key not in own and title in (None, missing.title):
            intake.problems.append(_missing(missing, studio.url))
    projects = _wanted_projects(corpus, studio, own, title)
    store = _Store(corpus, reader, intake, on_count, sum(map(reader.task_count, projects)))

    for project in projects:
        changed = store.take(project, reader.changed_tasks(project))
        unstored = {one.task for one in rounds.answers_in(project.key, *UNSTORED)}
        moved = {
            one.task for one in rounds.answers_in(project.key) if intake.has_moved(project, one)
        }
        store.take(project, reader.tasks_by_id(project, (unstored | moved) - changed.keys()))
        seen = sum(rounds.answered_tasks(project.key).values())
        if not reader.has_answers(project, seen):
            there = store.take(project, reader.all_tasks(project))
            known = rounds.answered_tasks(project.key)
            store.take_deleted(project, known.keys() - there.keys())
        pulled_to = reader.complete_to(project, changed.values())
        rounds.put_project(project._replace(pulled_to=pulled_to))

    while intake.again:  # a newer answer was deleted, so an older one counts again
        key, task_id = intake.again.pop()
        store.take(own[key][0], reader.tasks_by_id(own[key][0], [task_id]))

    on_count(store.total, store.total)
    states = [reader.state(one, answered=len(rounds.answered_tasks(one.key))) for one in projects]
    return summarize(
        rounds.answer_counts(),
        states,
        stored=intake.stored,
        withdrawn=intake.withdrawn,
        problems=tuple(dict.fromkeys(intake.problems)),  # a task may be read twice
    )


def _missing(project: LabelProject, url: str) -> Problem:
    """Return the note about a project that the server does not have, or does not show to us."""
    where = f"{project.url} project {project.title!r}"
    found, wanted = f"not at {url}", "a project that stays"
    detail = "the corpus keeps what was stored of its answers"
    return Problem("note", "project-missing", where, found, wanted, detail)


def _wanted_projects(
    corpus: Corpus, studio: Studio, own: OwnProjects, title: str | None
) -> list[LabelProject]:
    found = [
        label for label, project in own.values() if title in (None, label.title, project.title)
    ]
    if found:
        return sorted(found, key=lambda one: one.id)
    which = "project of this corpus" if title is None else f"project {title!r} of this corpus"
    raise UsageError(
        f"{studio.url}: no {which}; the corpus keeps what was pulled",
        f"mnerctl label push --corpus {corpus.folder} --url {studio.url}"
        + (f" --project {title!r}" if title else ""),
    )


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
