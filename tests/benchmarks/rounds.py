"""Run five simulated rounds at a real Label Studio, and compare the gold with the oracle of the rules.

The same worlds as in `tests/contract/test_simulated_rounds.py`, which run at a stand-in: if both servers hold
them, the stand-in is like the real one. The server has two addresses, 127.0.0.1 and localhost.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from mnerctl.annotation import Studio, running_server
from support.label_studio import Home, free_port
from support.round_world import World

ROUNDS = range(5)
STEPS = 14


class RealServer:
    """What people do at the server, with its own API; each login is a user."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.users = {user["email"].casefold(): user["id"] for user in self._users()}

    def _users(self) -> Any:
        return self.home.call("GET", "/api/users/")

    def _user(self, login: str) -> int:
        email = login if "@" in login else f"{login}@x.org"
        if email.casefold() not in self.users:
            row = {"email": email, "username": email, "password": "a-long-passphrase-17"}
            made: Any = self.home.call("POST", "/api/users/", row)
            self.users[email.casefold()] = made["id"]
        return int(self.users[email.casefold()])

    def submit(self, login: str, task: int, result: list[Any], *, is_skipped: bool = False) -> int:
        row = {"result": result, "was_cancelled": is_skipped, "completed_by": self._user(login)}
        made: Any = self.home.call("POST", f"/api/tasks/{task}/annotations/", row)
        return int(made["id"])

    def change(self, answer: int, result: list[Any], *, is_skipped: bool = False) -> None:
        row = {"result": result, "was_cancelled": is_skipped}
        self.home.call("PATCH", f"/api/annotations/{answer}/", row)

    def delete(self, answer: int) -> None:
        self.home.call("DELETE", f"/api/annotations/{answer}/")

    def tasks_of(self, project: int) -> dict[str, int]:
        page: Any = self.home.call("GET", f"/api/tasks/?project={project}&page_size=100")
        return {task["data"]["post_id"]: task["id"] for task in page["tasks"]}


def main() -> None:
    """Print a line per round; an assertion fails where the gold is not what the rules say."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shown = folder / "shown"
        shown.mkdir()
        with running_server(
            data_dir=folder / "label-studio", document_root=shown, port=free_port(), on_step=print
        ) as server:
            urls = (server.url, server.url.replace("127.0.0.1", "localhost"))
            studios = [Studio.connect(url, server.token) for url in urls]
            real = RealServer(Home(server, shown, studios[0]))
            for seed in ROUNDS:
                started = time.perf_counter()
                world = World(
                    seed=seed,
                    folder=shown / str(seed),
                    server=real,
                    studios=studios,
                    tasks_of=real.tasks_of,
                    show=lambda corpus: None,
                    is_uploaded=True,
                )
                world.run(STEPS)
                seconds = time.perf_counter() - started
                print(
                    f"round {seed}: gold is what the rules say; {world.rows} rows, {seconds:.0f} s"
                )


if __name__ == "__main__":
    main()
