"""The client of a Label Studio server: the few API calls that mnerctl makes, with answers in our own shapes.

Only this room uses the SDK. This module does not interpret tasks or spans (`tasks.py`) and does not start a
server (`server/server.py`).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Final

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
# fields of tasks, annotations and predictions: asking for all fields takes three times as long
_TASK_FIELDS: Final = ("id", "data", "updated_at")
_ALL_FIELDS: Final = dict.fromkeys(
    (*StudioTask.model_fields, *StudioAnnotation.model_fields, *StudioPrediction.model_fields)
)
_DRAFT: Final = {"filter": "filter:tasks:draft_exists", "operator": "equal", "type": "Boolean"}
_CHANGED: Final = {"filter": "filter:tasks:updated_at", "operator": "greater", "type": "Datetime"}


class Studio(Predictions, Uploads):
    """The projects, tasks, annotations and predictions of a Label Studio. Made by `connect`."""

    def projects(self) -> list[Project]:
        """Return all projects that we may see."""
        found: list[Project] = []
        for number in count(1):
            answer = self._get("api/projects/", page=number, page_size=PROJECTS, include=_FIELDS)
            with mapped_errors(self.url):
                page = ProjectPage.model_validate_json(answer.content)
            found.extend(page.results)
            if not page.results or len(found) >= page.count:
                break
        return found

    def create_project(self, title: str, page: str, description: str) -> Project:
        """Create a project with a labelling page, a description and the default view, and return it.

        Without the view, the first link to a task of a new project often shows no predictions.
        """
        with mapped_errors(self.url):
            made = self._client.projects.create(
                title=title, label_config=page, description=description
            )
        project = Project(id=made.id, title=title, label_config=page, description=description)
        self._create_view(project.id)
        return project

    def _create_view(self, project: int) -> None:
        from label_studio_sdk.types.view_data_request_request import ViewDataRequestRequest as View

        data = View.model_validate({"title": "Default", "type": "list", "target": "tasks"})
        with mapped_errors(self.url):
            self._client.views.create(project=project, data=data)

    def set_page(self, project: Project, page: str) -> None:
        """Replace the labelling page."""
        with mapped_errors(self.url):
            self._client.projects.update(project.id, label_config=page)

    def set_description(self, project: Project, description: str) -> None:
        """Replace the description."""
        with mapped_errors(self.url):
            self._client.projects.update(project.id, description=description)

    def set_data(self, task: int, data: Mapping[str, object]) -> None:
        """Replace the data of a task."""
        with mapped_errors(self.url):
            self._client.tasks.update(id=str(task), data=dict(data))

    def serve_images(self, project: Project, folder: Path) -> None:
        """Let the server show the pictures in `folder`, which is on its disk below its document root."""
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
        """Yield the tasks of a project, requested page by page.

        Args:
            with_annotations: with annotations and predictions; much faster without.
            changed_after: only tasks of which anything has changed since.
            ids: only these tasks.
        """
        query: dict[str, object] = {}
        if changed_after:
            # the server fails on a date without fractions of a second
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
        """Return the number of tasks with a draft: an answer begun and not submitted.

        A draft does not change the date of its task, so it cannot be found with `changed_after`.
        """
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
            resolve_uri="false",  # the data as pushed: looking for cloud storage takes most of the time
            query=json.dumps(query),
        )
        with mapped_errors(self.url):
            return TaskPage.model_validate_json(answer.content)

    def add_tasks(self, project: Project, tasks: Sequence[Mapping[str, object]]) -> None:
        """Add tasks, given as their data. The server does not notice a task that it already has."""
        from label_studio_sdk.types.import_api_request import ImportApiRequest

        for first in range(0, len(tasks), IMPORT_SIZE):
            batch = tasks[first : first + IMPORT_SIZE]
            with mapped_errors(self.url):
                self._client.projects.import_tasks(
                    project.id, request=[ImportApiRequest(data=dict(data)) for data in batch]
                )

    def task_link(self, project: Project, task: int) -> str:
        """Return the address at which a person sees the task."""
        return f"{self.project_link(project)}?task={task}"

    def project_link(self, project: Project) -> str:
        """Return the address at which a person sees the project."""
        return f"{self.url}/projects/{project.id}/data"
