"""The data rules as a check of train-check: the release wing's audit, told to the model wing as figures."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from ...schema import Release
from ...schema.problem import errors_in

if TYPE_CHECKING:
    from ...model.gate.checks import Check

MASKED: Final = frozenset({"image-missing", "image-broken"})
"""What --allow-missing-images allows: then the check of usable images counts these, and this one not."""


def audit_check(path: Path, release: Release, *, allow_missing_images: bool) -> Check:
    """Asks every rule, and prints what reading has not said already. release: what was read from `path`."""
    from ...model.gate.checks import data_rules
    from ...release import audit_release
    from ..console import print_problems, progress

    with progress("audit: files") as on_file, progress("audit: pictures") as on_picture:
        done = audit_release(path, on_file=on_file, on_picture=on_picture)
    rows = [row for row in done.problems if not (allow_missing_images and row.rule in MASKED)]
    print_problems([row for row in rows if row not in release.problems])
    errors = errors_in(rows)
    warnings = sum(row.level == "warning" for row in rows)
    return data_rules(len(errors), warnings, first=errors[0].rule if errors else "")
