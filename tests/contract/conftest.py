"""The real Label Studio server that the contract tests share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from support.label_studio import Home, running_home


@pytest.fixture(scope="session")
def label_studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """A real Label Studio on loopback, with a corpus whose pictures it shows."""
    with running_home(tmp_path_factory.mktemp("label-studio")) as home:
        yield home
