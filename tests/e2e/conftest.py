"""Fixtures that tests of several commands share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from support.x_server import TOKEN, XServer, running_x


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[XServer]:
    """A loopback server that commands ask instead of X."""
    with running_x() as server:
        monkeypatch.setenv("MNERCTL_X_API_URL", server.url)
        monkeypatch.setenv("X_BEARER_TOKEN", TOKEN)
        yield server
