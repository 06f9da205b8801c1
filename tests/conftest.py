"""How tests are shared between processes: by file, and by the costly fixtures that files share."""

from __future__ import annotations

from pathlib import Path

import pytest

SHARED = {
    "label-studio": (
        "contract/test_browser.py",
        "contract/test_label_*.py",
        "e2e/test_label_serve.py",
    ),
    "wheel": ("release/test_package.py", "release/test_wheel.py"),
}
"""Group to its files: one Label Studio server, one wheel."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Name the group of each test for `--dist loadgroup` of pytest-xdist."""
    for item in items:
        item.add_marker(pytest.mark.xdist_group(_group(item.path)))


def _group(path: Path) -> str:
    for name, patterns in SHARED.items():
        if any(path.match(pattern) for pattern in patterns):
            return name
    return str(path)
