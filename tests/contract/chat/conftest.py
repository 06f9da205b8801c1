"""What the tests of `ask` share: a chat endpoint on loopback, a release, and the variables around them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from mnerctl.schema import Release
from support.chat_posts import NAMES, release_of
from support.chat_server import KEY, ChatServer, running_chat


@pytest.fixture
def server() -> Iterator[ChatServer]:
    """An endpoint that knows the names of the posts."""
    with running_chat() as world:
        world.names = dict(NAMES)
        yield world


@pytest.fixture(autouse=True)
def surroundings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty cache, a key, and a dead proxy: what is on this machine is asked directly."""
    monkeypatch.setenv("MNERCTL_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("MNERCTL_CHAT_KEY", KEY)
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")


@pytest.fixture
def release(tmp_path: Path) -> Release:
    """Eight posts with the same two names."""
    return release_of(tmp_path / "made", *(f"post {n} : Ada in Paris" for n in range(8)))
