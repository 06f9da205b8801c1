"""Settings for all tests: the examples of hypothesis, and how tests are shared between processes.

Hypothesis has no deadline, because tests run side by side on busy machines. Processes share tests by file,
and by the costly fixtures that files share.
"""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Any

import pytest
from hypothesis import settings

settings.register_profile("mnerctl", deadline=None, max_examples=60)
settings.load_profile("mnerctl")

SHARED = {
    "label-studio": (
        "contract/test_browser.py",
        "contract/test_label_*.py",
        "e2e/test_label_serve.py",
    ),
    "wheel": ("release/test_package.py", "release/test_wheel.py"),
}
"""Group to its files: one Label Studio server, one wheel."""


def group_of(nodeid: str) -> str:
    """Return the group whose tests run in one process: a name of `SHARED`, or the file."""
    file = PurePosixPath(nodeid.partition("::")[0])
    for name, patterns in SHARED.items():
        if any(file.match(pattern) for pattern in patterns):
            return name
    return str(file)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Return the scheduler that pytest-xdist uses: whole groups, in order."""
    from xdist.scheduler import LoadScopeScheduling

    class GroupScheduling(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return group_of(nodeid)

    return GroupScheduling(config, log)
