"""`release audit`: is a release, ours or somebody else's, fit to be used? Every rule, every fault.

What reading finds counts too; nothing is repaired. Leaks between splits are `leaks`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ...schema import DataError, Problem, Release
from ...schema.problem import errors_in
from ...schema.progress import OnCount, ignore_count
from .ids import IDS
from .images import IMAGES_NAMED
from .labels import LABELS
from .manifest import MANIFEST_RULES
from .picture_files import PICTURES
from .pictures import read_pictures
from .reading import READING
from .rule import Inspected, Rule, examples_of
from .splits import SPLIT_RULES
from .text import TEXT

GROUPS: Final[dict[str, tuple[Rule, ...]]] = {
    "Files and lines": READING,
    "Manifest": MANIFEST_RULES,
    "Text": TEXT,
    "Labels": LABELS,
    "Ids and addresses": IDS,
    "Images of a record": IMAGES_NAMED,
    "Picture files": PICTURES,
    "Splits": SPLIT_RULES,
}
RULES: Final = tuple(rule for group in GROUPS.values() for rule in group)


@dataclass(frozen=True, slots=True)
class Audit:
    """What was found in a release: how many records and pictures were looked at, and every row."""

    folder: Path
    records: int
    pictures: int
    problems: tuple[Problem, ...]

    @property
    def is_fit(self) -> bool:
        """Whether no row is an error."""
        return not errors_in(self.problems)


def audit_release(
    path: Path,
    *,
    on_file: OnCount = ignore_count,
    on_picture: OnCount = ignore_count,
) -> Audit:
    """Every rule asked of the release or published corpus at `path`.

    Raises DataError where there is none; one whose manifest cannot be read is an audit of that alone.
    """
    try:
        release = Release.read(path, on_file=on_file)
    except DataError as error:
        if not error.problems:
            raise
        return Audit(path, 0, 0, error.problems)
    pictures = read_pictures(release, on_picture)
    inspected = Inspected(release, examples_of(release), pictures)
    problems = [*release.problems, *(row for rule in RULES for row in rule.problems(inspected))]
    return Audit(release.folder, len(inspected.examples), len(pictures), tuple(problems))
