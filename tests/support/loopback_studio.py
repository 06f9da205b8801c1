"""A stand-in for a Label Studio server on loopback, at one address or more.

It answers what mnerctl asks, keeps projects, tasks, answers and predictions in memory, and checks as little
as the real server does. `tests/contract` and `tests/benchmarks/rounds.py` make the same calls at the real
server. Its clock moves with each change.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from mnerctl.annotation import Studio
from support.loopback import serving

ME = "lead@example.org"
TICK = timedelta(seconds=11)


@dataclass
class MadeServer:
    """The state of the server; its methods that take a login do what a person does in a browser.

    root: the folder below which it shows pictures.
    users: logins; the id of a user is its place, from 1.
    """

    root: Path | None = None
    now: datetime = datetime(2026, 11, 23, 8, tzinfo=UTC)
    users: list[str] = field(default_factory=lambda: [ME])
    projects: dict[int, dict[str, Any]] = field(default_factory=dict)
    tasks: dict[int, dict[str, Any]] = field(default_factory=dict)
    last: int = 0

    def number(self) -> int:
        """Return the next number; ids of all kinds are different, so that none is taken for another."""
        self.last += 1
        return self.last

    def tick(self, task: dict[str, Any] | None = None) -> str:
        """Move the clock, and the date of a task; return the time."""
        self.now += TICK
        at = self.now.isoformat().replace("+00:00", "Z")
        if task is not None:
            task["updated_at"] = at
        return at

    def submit(self, login: str, task: int, result: list[Any], *, is_skipped: bool = False) -> int:
        """Submit a new answer, and return its id."""
        if login not in self.users:
            self.users.append(login)
        answer = {
            "id": self.number(),
            "completed_by": self.users.index(login) + 1,
            "was_cancelled": is_skipped,
            "result": result,
            "updated_at": self.tick(self.tasks[task]),
        }
        self.tasks[task]["annotations"].append(answer)
        return int(answer["id"])

    def change(self, answer: int, result: list[Any], *, is_skipped: bool = False) -> None:
        """Update an answer."""
        task, found = self._answer(answer)
        found.update(result=result, was_cancelled=is_skipped, updated_at=self.tick(task))

    def delete(self, answer: int) -> None:
        """Delete an answer."""
        task, found = self._answer(answer)
        task["annotations"].remove(found)
        self.tick(task)

    def _answer(self, id: int) -> tuple[dict[str, Any], dict[str, Any]]:
        for task in self.tasks.values():
            for answer in task["annotations"]:
                if answer["id"] == id:
                    return task, answer
        raise KeyError(id)

    def tasks_of(self, project: int) -> dict[str, dict[str, Any]]:
        """Return the tasks of a project by post."""
        tasks = self.tasks.values()
        return {task["data"]["post_id"]: task for task in tasks if task["project"] == project}

    def handle(self, method: str, path: str, query: Mapping[str, str], body: bytes) -> Any:
        """Return the JSON of an answer, or bytes of a picture, or None if there is nothing."""
        for pattern, name in _ROUTES:
            if match := re.fullmatch(pattern, path.rstrip("/")):
                name = _POSTED.get(name, name) if method == "POST" else name
                given = json.loads(body) if body else None
                return getattr(self, f"_{name}")(query, given, *map(int, match.groups()))
        raise KeyError(f"{method} {path}")

    def _whoami(self, *_: Any) -> Any:
        return {"id": 1, "email": ME}

    def _users(self, *_: Any) -> Any:
        return [{"id": n, "email": login} for n, login in enumerate(self.users, start=1)]

    def _list_projects(self, *_: Any) -> Any:
        return {"count": len(self.projects), "results": [self._project(id) for id in self.projects]}

    def _project(self, id: int) -> dict[str, Any]:
        tasks = [task for task in self.tasks.values() if task["project"] == id]
        skipped = [answer["was_cancelled"] for task in tasks for answer in task["annotations"]]
        counts = {
            "task_number": len(tasks),
            "total_annotations_number": skipped.count(False),
            "skipped_annotations_number": skipped.count(True),
        }
        return {"id": id, **self.projects[id], **counts}

    def _create_project(self, _: Any, given: Any) -> Any:
        id = self.number()
        self.projects[id] = {"description": "", **given, "files": []}
        return self._project(id)

    def _update_project(self, _: Any, given: Any, id: int) -> Any:
        self.projects[id].update(given)
        return self._project(id)

    def _create_view(self, *_: Any) -> Any:
        return {"id": self.number(), "project": 1}

    def _list_storages(self, *_: Any) -> Any:
        return []

    def _create_storage(self, _: Any, given: Any) -> Any:
        return {"id": self.number(), **given}

    def _list_tasks(self, query: Mapping[str, str], _: Any) -> Any:
        wanted = json.loads(query["query"])
        tasks = [task for task in self.tasks.values() if str(task["project"]) == query["project"]]
        for item in wanted.get("filters", {}).get("items", ()):
            if "draft_exists" in item["filter"]:
                tasks = []
            else:
                after = datetime.fromisoformat(item["value"])
                tasks = [one for one in tasks if datetime.fromisoformat(one["updated_at"]) > after]
        if "selectedItems" in wanted:
            tasks = [one for one in tasks if one["id"] in wanted["selectedItems"]["included"]]
        size = int(query["page_size"])
        first = (int(query["page"]) - 1) * size
        return {"tasks": tasks[first : first + size], "total": len(tasks)}

    def _import(self, _: Any, given: Any, project: int) -> Any:
        for row in given:
            task = {"id": self.number(), "project": project, "data": row["data"]}
            task |= {"annotations": [], "predictions": []}
            self.tick(task)
            self.tasks[task["id"]] = task
        return {"task_count": len(given)}

    def _update_task(self, _: Any, given: Any, id: int) -> Any:
        self.tasks[id].update(given)
        self.tick(self.tasks[id])
        return self.tasks[id]

    def _add_predictions(self, _: Any, given: Any, project: int) -> Any:
        for row in given:
            self.tasks[row["task"]]["predictions"].append({"id": self.number(), **row})
        return {"created": len(given)}

    def _drop_prediction(self, _: Any, __: Any, id: int) -> Any:
        for task in self.tasks.values():
            task["predictions"] = [one for one in task["predictions"] if one["id"] != id]

    def _show_file(self, query: Mapping[str, str], _: Any) -> Any:
        path = self.root / unquote(query["d"]) if self.root else None
        return path.read_bytes() if path and path.is_file() else None


_ROUTES = (
    ("/api/current-user/whoami", "whoami"),
    ("/api/users", "users"),
    ("/api/projects", "list_projects"),
    (r"/api/projects/(\d+)", "update_project"),
    ("/api/dm/views", "create_view"),
    ("/api/storages/localfiles", "list_storages"),
    ("/api/tasks", "list_tasks"),
    (r"/api/projects/(\d+)/import", "import"),
    (r"/api/tasks/(\d+)", "update_task"),
    (r"/api/projects/(\d+)/import/predictions", "add_predictions"),
    (r"/api/predictions/(\d+)", "drop_prediction"),
    ("/data/local-files", "show_file"),
)
_POSTED = {"list_projects": "create_project", "list_storages": "create_storage"}


def _status(method: str, answer: Any) -> int:
    return 404 if answer is None and method == "GET" else 200


def direct_studios(server: MadeServer, *urls: str) -> list[Studio]:
    """Return a client for each address whose requests reach the server without a socket, which is faster."""
    import httpx
    from label_studio_sdk.base_client import LabelStudioBase

    class Direct(httpx.BaseTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            query = dict(request.url.params)
            answer = server.handle(request.method, request.url.path, query, request.read())
            date = {"Date": format_datetime(server.now, usegmt=True)}
            if isinstance(answer, bytes):
                return httpx.Response(200, content=answer, headers={"Content-Type": "image/png"})
            return httpx.Response(_status(request.method, answer), json=answer, headers=date)

    client = httpx.Client(transport=Direct())
    return [
        Studio(LabelStudioBase(base_url=url, api_key="0" * 40, httpx_client=client), url)
        for url in urls
    ]


@contextmanager
def loopback_studio(addresses: int = 1) -> Iterator[tuple[MadeServer, list[Studio]]]:
    """Run one server at several addresses; yield its state and a client for each of them."""
    server = MadeServer()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # one packet per answer
        disable_nagle_algorithm = True

        def _serve(self) -> None:
            parts = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            answer = server.handle(self.command, parts.path, query, body)
            is_file = isinstance(answer, bytes)
            content = answer if is_file else json.dumps(answer).encode()
            self.send_response(_status(self.command, answer))
            self.send_header("Content-Type", "image/png" if is_file else "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PATCH = do_DELETE = _serve

        def date_time_string(self, timestamp: float | None = None) -> str:
            return format_datetime(server.now, usegmt=True)

        def log_message(self, *_: object) -> None:
            pass

    with ExitStack() as stack:
        urls = [stack.enter_context(serving(Handler)) for _ in range(addresses)]
        yield server, [Studio.connect(url, "0" * 40) for url in urls]
