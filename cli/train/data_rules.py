"""Run the audit of the release wing for train-check and count what it finds.

The wings do not import each other, so the command passes the counts on.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from ...schema import Release
from ...schema.problem import errors_in

if TYPE_CHECKING:
    from ...model.gate.figures import AuditCounts

IMAGE_RULES: Final = frozenset({"image-missing", "image-broken"})
"""Rules that --allow-missing-images skips here; the check of usable images counts those images."""


def audit_counts(path: Path, release: Release, *, allow_missing_images: bool) -> AuditCounts:
    """Audit the release and print the problems that reading it has not printed.

    Args:
        path: the folder of the release.
        release: the release that was read from it.
        allow_missing_images: True skips the rules of `IMAGE_RULES`.
    """
    from ...model.gate.figures import AuditCounts
    from ...release import audit_release
    from ..console import print_problems, progress

    with progress("audit: files") as on_file, progress("audit: pictures") as on_picture:
        found = audit_release(path, on_file=on_file, on_picture=on_picture)
    problems = [
        row for row in found.problems if not (allow_missing_images and row.rule in IMAGE_RULES)
    ]
    print_problems([row for row in problems if row not in release.problems])
    errors = errors_in(problems)
    warnings = sum(row.level == "warning" for row in problems)
    return AuditCounts(len(errors), warnings, first=errors[0].rule if errors else "")
