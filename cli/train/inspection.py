"""Run the audit and the search for leaks of the release wing for train-check, and count what they find.

The wings do not import each other, so the command passes the counts on.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ...schema import Release

if TYPE_CHECKING:
    from ...model.gate.figures import Inspection


def inspect(path: Path, release: Release, *, allow_missing_images: bool) -> Inspection:
    """Audit the release, print the problems that reading it has not printed, and find leaks.

    Args:
        path: the folder of the release.
        release: the release that was read from it.
        allow_missing_images: True leaves out images that cannot be used; another check counts them.
    """
    from ...model.gate.figures import IMAGE_RULES, AuditCounts, Inspection, LeakCounts
    from ...release import audit_release, posts_in_train
    from ..console import print_problems, progress

    with progress("audit: files") as on_file, progress("audit: pictures") as on_picture:
        audit = audit_release(path, on_file=on_file, on_picture=on_picture)
    known = IMAGE_RULES if allow_missing_images else frozenset()
    print_problems(
        [row for row in audit.problems if row not in release.problems and row.rule not in known]
    )
    return Inspection(
        AuditCounts.of(audit.problems, allow_missing_images=allow_missing_images),
        LeakCounts.of(release, posts_in_train(release, audit.read)),
    )
