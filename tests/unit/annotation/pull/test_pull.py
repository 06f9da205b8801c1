"""A server that gives a wrong answer during a pull: a clear error, and nothing stored."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from mnerctl.annotation import Studio, pull
from mnerctl.annotation.studio.mark import Mark
from mnerctl.schema import Corpus, RemoteError
from mnerctl.schema.corpus.studio_rounds import LabelProject, Rounds
from support.corpora import corpus_of, made_post

pytest.importorskip("label_studio_sdk")

TITLE = "corpus"
IDENTITY, KEY = "1" * 32, "2" * 32
GOOD: dict[str, object] = {
    "/api/current-user/whoami": {"id": 1, "email": "me@example.org"},
    "/api/users": [],
}
MARK = Mark(corpus=IDENTITY, key=KEY, title=TITLE).text()
PROJECT = {
    "id": 1, "title": TITLE, "label_config": "<View/>", "task_number": 1, "description": MARK
}  # fmt: skip
GOOD["/api/projects"] = {"count": 1, "results": [PROJECT]}


@contextmanager
def made_studio(answers: Mapping[str, object]) -> Iterator[Studio]:
    """Yield a minimal Label Studio; the answer for a path is JSON, or (status, text)."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.partition("?")[0].rstrip("/")
            answer = {**GOOD, **answers}[path]
            status, text = answer if isinstance(answer, tuple) else (200, json.dumps(answer))
            self.send_response(status)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield Studio.connect(f"http://127.0.0.1:{server.server_port}", "0" * 40)
        server.shutdown()


def known_as(identity: str, corpus: Corpus) -> Rounds:
    """Give a corpus this identity."""
    rounds = Rounds.of(corpus)
    rounds._db.execute("INSERT INTO label_facts VALUES ('identity', ?)", (identity,))
    return rounds


UNKNOWN = "the server there is not a Label Studio of a known version"


@pytest.mark.parametrize(
    ("path", "answer", "message"),
    [
        ("/api/tasks", (200, "<html>log in</html>"), UNKNOWN),
        ("/api/tasks", {"detail": "ok"}, UNKNOWN),
        ("/api/tasks", {"tasks": None, "total": 1}, UNKNOWN),
        ("/api/tasks", {"tasks": [{"id": 1}], "total": 1}, UNKNOWN),
        ("/api/tasks", (500, "<html>sorry</html>"),
         "Label Studio refused with 500: <html>sorry</html>"),
        ("/api/tasks", (401, '{"detail": "Token expired."}'),
         "the token in LABEL_STUDIO_API_KEY is not valid here (Token expired.)"),
        ("/api/projects", (200, "<html>log in</html>"), UNKNOWN),
        ("/api/projects", [], UNKNOWN),
        ("/api/users", {"a": 1}, UNKNOWN),
    ],
)  # fmt: skip
def test_a_wrong_answer_ends_the_pull_and_changes_nothing(
    tmp_path: Path, path: str, answer: object, message: str
) -> None:
    with corpus_of(tmp_path / "corpus", [made_post("11", "Hi")]) as corpus:
        with made_studio({path: answer}) as studio:
            known = LabelProject(KEY, studio.url, 1, TITLE, pulled_to="2026-11-23T08:00:00+00:00")
            rounds = known_as(IDENTITY, corpus)
            rounds.put_project(known)
            with pytest.raises(RemoteError) as caught:
                pull(corpus, studio, title=TITLE)
        assert caught.value.message == f"{studio.url}: {message}"
        assert list(corpus.annotations()) == []
        assert Rounds.of(corpus).projects() == [known]


def test_a_project_that_is_not_there_gets_a_note_and_stays_in_the_corpus(tmp_path: Path) -> None:
    with corpus_of(tmp_path / "corpus", [made_post("11", "Hi")]) as corpus:
        tasks = {"tasks": [], "total": 0}
        with made_studio({"/api/tasks": tasks}) as studio:
            rounds = known_as(IDENTITY, corpus)
            here = LabelProject(KEY, studio.url, 1, TITLE)
            deleted = LabelProject("3" * 32, studio.url, 7, "corpus r1 ada", "ada")
            for project in (here, deleted):
                rounds.put_project(project)
            pulled = pull(corpus, studio)
        assert [(row.level, row.rule, row.where) for row in pulled.problems] == [
            ("note", "project-missing", f"{studio.url} project 'corpus r1 ada'")
        ]
        assert rounds.projects() == [here, deleted]
