"""Fixtures that the checks of the package share: one wheel, installed in its own environment."""

from __future__ import annotations

import sysconfig
from dataclasses import dataclass
from pathlib import Path

import pytest

from support.wheel import PIP, built_wheel, new_environment, output_of


@dataclass(frozen=True, slots=True)
class Installed:
    """A wheel, and the Python of a new environment in which it is installed."""

    wheel: Path
    python: Path


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """Build and install the wheel of this checkout, with the dependencies of the present environment."""
    folder = tmp_path_factory.mktemp("wheel")
    wheel = built_wheel(folder)
    python, site = new_environment(folder / "fresh")
    output_of(*PIP, "install", "--no-deps", "--target", site, wheel)
    # a plain path: unlike a site folder, it does not expose the editable install of this environment
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return Installed(wheel, python)
