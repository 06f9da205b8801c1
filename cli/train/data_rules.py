"""Run the audit of the release wing for train-check, and count what it finds.

The wings do not import each other, so the command passes the counts on.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ...schema import Release

if TYPE_CHECKING:
    from ...model.gate.figures import AuditCounts


def audit_counts(path: Path, release: Release, *, allow_missing_images: bool) -> AuditCounts:
    """Audit the release and print the problems that reading it has not printed.

    Args:
        path: the folder of the release.
        release: the release that was read from it.
        allow_missing_images: True leaves out images that cannot be used; another check counts them.
    """
    from ...model.gate.figures import IMAGE_RULES, AuditCounts
    from ...release import audit_release
    from ..console import print_problems, progress

    with progress("audit: files") as on_file, progress("audit: pictures") as on_picture:
        problems = audit_release(path, on_file=on_file, on_picture=on_picture).problems
    known = IMAGE_RULES if allow_missing_images else frozenset()
    print_problems([r for r in problems if r not in release.problems and r.rule not in known])
    return AuditCounts.of(problems, allow_missing_images=allow_missing_images)
