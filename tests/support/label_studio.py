"""The real Label Studio, once for a test session, with a corpus whose pictures it shows.

It runs in its own environment, which `mnerctl label serve` too makes on first use: in the folder named by
MNERCTL_LS_VENV, or in ~/.cache/mnerctl.
"""

from __future__ import annotations

import json
import socket
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from mnerctl.annotation import Server, Studio, running_server


@dataclass(frozen=True)
class Home:
    """A running server, the corpus folder that it shows, and our way in."""

    server: Server
    corpus: Path
    studio: Studio

    def call(self, method: str, path: str, body: object = None) -> object:
        """A request that a browser or a script would make, past all of our code."""
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


def free_port() -> int:
    """A port of loopback that nobody has just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def running_home(folder: Path) -> Iterator[Home]:
    """Starts the server for an empty corpus folder and stops it."""
    corpus = folder / "corpus"
    (corpus / "images").mkdir(parents=True)
    with running_server(
        data_dir=folder / "label-studio", document_root=corpus, port=free_port(), on_step=print
    ) as server:
        yield Home(server, corpus, Studio.connect(server.url, server.token))
