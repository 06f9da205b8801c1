"""Label Studio at our door: the few calls that we make, our own shapes for its answers.

Nothing else in mnerctl knows the SDK. What it does not do: decide what a task or a span means
(`tasks.py`), or start a server (`server/server.py`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Final

from ...schema import UsageError
from .errors import mapped_errors
from .predictions import Predictions
from .shapes import (
    Project,
    ProjectPage,
    StudioAnnotation,
    StudioPrediction,
    StudioTask,
    TaskPage,
)
from .uploads import Uploads

PROJECTS: Final = 100
PAGE_SIZE: Final = 500
IMPORT_SIZE: Final = 500
LONGEST_TITLE: Final = 50

_FIELDS: Final = ",".join(Project.model_fields)
# of tasks and of what is inside them; the server takes three times as long where it may give all it has
_TASK_FIELDS: Final = ("id", "data", "updated_at")
_ALL_FIELDS: Final = dict.fromkeys(
    (*StudioTask.model_fields, *StudioAnnotation.model_fields, *StudioPrediction.model_fields)
)
_DRAFT: Final = {"filter": "filter:tasks:draft_exists", "operator": "equal", "type": "Boolean"}
_CHANGED: Final = {"filter": "filter:tasks:updated_at", "operator": "greater", "type": "Datetime"}


class Studio(Predictions, Uploads):
    """The projects, tasks, answers and suggestions of a Label Studio. Made by `connect`."""

    def projects(self) -> list[Project]:
        """All that we may see."""
        found: list[Project] = []
        for number in count(1):
            answer = self._get("api/projects/", page=number, page_size=PROJECTS, include=_FIELDS)
            with mapped_errors(self.url):
                page = ProjectPage.model_validate_json(answer.content)
            found.extend(page.results)
            if not page.results or len(found) >= page.count:
                break
        return found

    def project(self, title: str) -> Project | None:
        """The project with this title, or None. Raises UsageError where several have it."""
        return find_project(self.projects(), title, self.url)

    def create_project(self, title: str, page: str) -> Project:
        """A new project with a labelling page and the default view.

        Without the view, the first link into a fresh project often shows no predictions.
        """
        with mapped_errors(self.url):
            made = self._client.projects.create(title=title, label_config=page)
        project = Project(id=made.id, title=title, label_config=page)
        self._create_view(project.id)
        return project

    def _create_view(self, project: int) -> None:
        from label_studio_sdk.types.view_data_request_request import ViewDataRequestRequest as View

        data = View.model_validate({"title": "Default", "type": "list", "target": "tasks"})
        with mapped_errors(self.url):
            self._client.views.create(project=project, data=data)

    def set_page(self, project: Project, page: str) -> None:
        """Replaces the labelling page."""
        with mapped_errors(self.url):
            self._client.projects.update(project.id, label_config=page)

    def serve_images(self, project: Project, folder: Path) -> None:
        """Lets the server show the pictures in `folder` (on its own disk, below its document root)."""
        path = str(folder.resolve())
        with mapped_errors(self.url):
            if any(
                s.path == path for s in self._client.import_storage.local.list(project=project.id)
            ):
                return
            self._client.import_storage.local.create(project=project.id, path=path, title="images")

    def tasks(
        self,
        project: Project,
        *,
        with_annotations: bool,
        changed_after: datetime | None = None,
        ids: Sequence[int] | None = None,
    ) -> Iterator[StudioTask]:
        """Tasks of a project, page by page: memory stays flat.

        changed_after: only those of which anything has changed since. ids: only these. Without
        annotations it is much faster.
        """
        query: dict[str, object] = {}
        if changed_after:
            # a date without fractions of a second makes the server fail
            value = changed_after.isoformat(timespec="microseconds").replace("+00:00", "Z")
            query["filters"] = {"conjunction": "and", "items": [{**_CHANGED, "value": value}]}
        if ids is not None:
            query["selectedItems"] = {"all": False, "included": list(ids)}
        seen = 0
        for number in count(1):
            page = self._task_page(project, query, page=number, full=with_annotations)
            yield from page.tasks
            seen += len(page.tasks)
            if not page.tasks or seen >= page.total:
                return

    def count_drafts(self, project: Project) -> int:
        """On how many tasks somebody has begun and not submitted: a draft changes no task's date."""
        items = [{**_DRAFT, "value": True}]
        query: dict[str, object] = {"filters": {"conjunction": "and", "items": items}}
        return self._task_page(project, query, page=1, size=1, full=False).total

    def _task_page(
        self,
        project: Project,
        query: Mapping[str, object],
        *,
        page: int,
        full: bool,
        size: int = PAGE_SIZE,
    ) -> TaskPage:
        answer = self._get(
            "api/tasks/",
            project=project.id,
            fields="all" if full else "task_only",
            include=",".join(_ALL_FIELDS if full else _TASK_FIELDS),
            page=page,
            page_size=size,
            resolve_uri="false",  # the data as pushed; looking for cloud storages takes most of the time
            query=json.dumps(query),
        )
        with mapped_errors(self.url):
            return TaskPage.model_validate_json(answer.content)

    def add_tasks(self, project: Project, tasks: Sequence[Mapping[str, object]]) -> None:
        """Adds tasks, given as their data. The server does not notice one that is there already."""
        from label_studio_sdk.types.import_api_request import ImportApiRequest

        for first in range(0, len(tasks), IMPORT_SIZE):
            batch = tasks[first : first + IMPORT_SIZE]
            with mapped_errors(self.url):
                self._client.projects.import_tasks(
                    project.id, request=[ImportApiRequest(data=dict(data)) for data in batch]
                )

    def task_link(self, project: Project, task: int) -> str:
        """Where a person sees the task."""
        return f"{self.project_link(project)}?task={task}"

    def project_link(self, project: Project) -> str:
        """Where a person sees the project."""
        return f"{self.url}/projects/{project.id}/data"


def find_project(projects: Iterable[Project], title: str, url: str) -> Project | None:
    """The project with this title, or None. Raises UsageError where several have it."""
    found = [project for project in projects if project.title == title]
    if len(found) > 1:
        raise UsageError(
            f"{url}: {len(found)} projects are called {title!r}; wanted one",
            "rename or delete the others in Label Studio, or name another: --project TITLE",
        )
    return found[0] if found else None
