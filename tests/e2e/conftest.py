"""What tests of several commands start with."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from support.x_server import TOKEN, XServer, running_x


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[XServer]:
    """The stand-in of X, which commands ask instead of X."""
    with running_x() as server:
        monkeypatch.setenv("MNERCTL_X_API_URL", server.url)
        monkeypatch.setenv("X_BEARER_TOKEN", TOKEN)
        yield server
