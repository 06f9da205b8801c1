"""Label Studio at our door: the few calls that we make, our own shapes for its answers.

Nothing else in mnerctl knows the SDK, which is only imported when somebody connects (it loads pandas).
What it does not do: decide what a task or a span means (`tasks.py`), or start a server (`server.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict

from ..schema import UsageError
from .studio_error import SERVE, TOKEN_VARIABLE, mapped, not_label_studio

if TYPE_CHECKING:
    from label_studio_sdk import LabelStudio
    from label_studio_sdk.types.all_roles_project_list import AllRolesProjectList as LseProject
    from label_studio_sdk.types.lse_task import LseTask

TIMEOUT_S: Final = 60
PAGE_SIZE: Final = 500
IMPORT_SIZE: Final = 500


class StudioAnnotation(BaseModel):
    """One person's answer to a task. `result` is whatever was sent: the server checks nothing."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: int
    completed_by: int | None = None
    was_cancelled: bool = False
    result: object = None
    updated_at: datetime


class StudioTask(BaseModel):
    """A task with the answers to it; drafts are work that somebody has begun and not submitted."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: int
    data: dict[str, object]
    annotations: tuple[StudioAnnotation, ...] = ()
    drafts: tuple[object, ...] = ()


@dataclass(frozen=True, slots=True)
class Project:
    """A project of the server; `page` is its labelling page."""

    id: int
    title: str
    page: str


class Studio:
    """A Label Studio that has let us in as `user`. Made by `connect`."""

    def __init__(self, client: LabelStudio, url: str) -> None:
        self._client = client
        self.url = url
        self.user = self._whoami()

    @classmethod
    def connect(cls, url: str, token: str | None) -> Self:
        """Logs in with a token, legacy or personal. Raises an error that says what to type next."""
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise UsageError(
                f"--url {url!r}: wanted the address of a Label Studio, such as http://127.0.0.1:8090",
                SERVE,
            )
        if not token:
            raise UsageError(
                f"no token for Label Studio: the variable {TOKEN_VARIABLE} is not set",
                f"{SERVE}    # it prints the line that sets the variable",
            )
        if not (token.isascii() and token.isprintable()) or " " in token:
            raise UsageError(
                f"{TOKEN_VARIABLE} holds a space or another character that no token has",
                f"{SERVE}    # it prints the line that sets the variable",
            )
        try:
            from label_studio_sdk import LabelStudio
        except ImportError as error:
            raise UsageError(
                f"label push and pull need the Label Studio SDK: {error}",
                "pip install 'mnerctl[label]'",
            ) from error
        url = url.rstrip("/")
        with mapped(url):
            client = LabelStudio(  # type: ignore[no-untyped-call]
                base_url=url, api_key=token, timeout=TIMEOUT_S
            )
        return cls(client, url)

    def _whoami(self) -> str:
        with mapped(self.url):
            email = self._client.users.whoami().email
        if not email:
            raise not_label_studio(self.url)
        return str(email)

    def users(self) -> dict[int, str]:
        """The e-mail (where there is none, the user name) of each user, by id."""
        with mapped(self.url):
            users = self._client.users.list()
        return {user.id: user.email or user.username or f"user-{user.id}" for user in users}

    def project(self, title: str) -> Project | None:
        """The project with this title, or None. Raises UsageError where several have it."""
        with mapped(self.url):
            pages: Iterable[LseProject] = self._client.projects.list()
            found = [project for project in pages if project.title == title]
        if len(found) > 1:
            raise UsageError(
                f"{self.url}: {len(found)} projects are called {title!r}; wanted one",
                "rename or delete the others in Label Studio, or name another: --project TITLE",
            )
        if not found:
            return None
        return Project(_id(found[0].id), title, found[0].label_config or "")

    def create_project(self, title: str, page: str) -> Project:
        """A new project with a labelling page and the default view.

        Without the view, the first link into a fresh project often shows no predictions.
        """
        with mapped(self.url):
            made = self._client.projects.create(title=title, label_config=page)
        project = Project(_id(made.id), title, page)
        self._create_view(project.id)
        return project

    def _create_view(self, project: int) -> None:
        from label_studio_sdk.types.view_data_request_request import ViewDataRequestRequest as View

        data = View.model_validate({"title": "Default", "type": "list", "target": "tasks"})
        with mapped(self.url):
            self._client.views.create(project=project, data=data)

    def set_page(self, project: Project, page: str) -> None:
        """Replaces the labelling page."""
        with mapped(self.url):
            self._client.projects.update(project.id, label_config=page)

    def serve_images(self, project: Project, folder: Path) -> None:
        """Lets the server show the pictures in `folder` (on its own disk, below its document root)."""
        path = str(folder.resolve())
        with mapped(self.url):
            if any(
                s.path == path for s in self._client.import_storage.local.list(project=project.id)
            ):
                return
            self._client.import_storage.local.create(project=project.id, path=path, title="images")

    def is_served(self, address: str) -> bool:
        """Whether the server gives out the picture at this address of its own."""
        import httpx

        with mapped(self.url):
            # the SDK has no call for a file; its wrapper knows which kind of token we have
            token = self._client._client_wrapper.get_headers()["Authorization"]
            answer = httpx.get(
                self.url + address, headers={"Authorization": token}, timeout=TIMEOUT_S
            )
        return answer.is_success and answer.headers.get("content-type", "").startswith("image/")

    def tasks(self, project: Project, *, with_annotations: bool) -> Iterator[StudioTask]:
        """The tasks of a project, page by page; without annotations it is much faster."""
        with mapped(self.url):
            pages: Iterable[LseTask] = self._client.tasks.list(
                project=project.id,
                fields="all" if with_annotations else "task_only",
                page_size=PAGE_SIZE,
            )
            for task in pages:
                yield StudioTask.model_validate(task.model_dump(exclude_none=True))

    def add_tasks(self, project: Project, tasks: Sequence[Mapping[str, object]]) -> None:
        """Adds tasks, given as their data. The server does not notice one that is there already."""
        from label_studio_sdk.types.import_api_request import ImportApiRequest

        for first in range(0, len(tasks), IMPORT_SIZE):
            batch = tasks[first : first + IMPORT_SIZE]
            with mapped(self.url):
                self._client.projects.import_tasks(
                    project.id, request=[ImportApiRequest(data=dict(data)) for data in batch]
                )

    def task_link(self, project: Project, task: int) -> str:
        """Where a person sees the task."""
        return f"{self.project_link(project)}?task={task}"

    def project_link(self, project: Project) -> str:
        """Where a person sees the project."""
        return f"{self.url}/projects/{project.id}/data"


def _id(given: int | None) -> int:
    assert given is not None, "what the server has stored has an id"
    return given
