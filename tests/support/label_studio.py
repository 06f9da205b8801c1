"""The real Label Studio, started once per test session, with a corpus whose pictures it shows.

It runs in the Python environment that `mnerctl label serve` makes on first use: in the folder named by
MNERCTL_LS_VENV, or in ~/.cache/mnerctl.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from mnerctl.annotation import TOKEN_VARIABLE, Server, Studio, running_server
from support.command import MNERCTL, Ended

AT_SERVER = ("push", "pull", "adjudicate", "suggest")


@dataclass(frozen=True)
class Home:
    """A running server, the corpus folder that it shows, and a client that is logged in."""

    server: Server
    corpus: Path
    studio: Studio

    def call(self, method: str, path: str, body: object = None) -> object:
        """Send a request as a browser or a script would, without using our client."""
        request = urllib.request.Request(
            self.server.url + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={
                "Authorization": f"Token {self.server.token}",
                "Content-Type": "application/json",
            },
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.loads(answer.read().decode("utf-8") or "null")


def let_me_be(home: Home, corpus: Path, *names: str) -> None:
    """Let the login of the server's owner answer for these annotators."""
    with (corpus / "mnerctl.toml").open("a", encoding="utf-8") as file:
        file.writelines(f'{name} = ["{home.server.email}"]\n' for name in names)


@contextmanager
def emptied(home: Home) -> Iterator[None]:
    """Empty the corpus folder, which all tests of the session share, before and after."""
    _empty(home.corpus)
    yield
    _empty(home.corpus)


def _empty(folder: Path) -> None:
    for path in folder.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    (folder / "images").mkdir()


def mnerctl(home: Home, *words: str) -> Ended:
    """Run a command on the corpus of the server, as the owner of the server."""
    url = ("--url", home.server.url) if words[0] == "label" and words[1] in AT_SERVER else ()
    ended = subprocess.run(
        [MNERCTL, *words, "--corpus", home.corpus, *url],
        env={**os.environ, TOKEN_VARIABLE: home.server.token},
        cwd=home.corpus.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    return Ended(ended.returncode, ended.stdout, ended.stderr)


def free_port() -> int:
    """Return a port of loopback that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def running_home(folder: Path) -> Iterator[Home]:
    """Run the server for an empty corpus folder."""
    corpus = folder / "corpus"
    (corpus / "images").mkdir(parents=True)
    with running_server(
        data_dir=folder / "label-studio", document_root=corpus, port=free_port(), on_step=print
    ) as server:
        yield Home(server, corpus, Studio.connect(server.url, server.token))
