"""`release audit`: check a release or a published corpus against every rule, and report every fault.

Faults that the reader finds are reported too. The audit repairs nothing. `leaks` finds what splits share.

To add a rule, add it to the tuple at the end of a module of this package; nothing else has to change.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
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
from .pictures import Picture, read_pictures
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
"""Title to rules, in the order of docs/reference/rules.md."""
RULES: Final = tuple(rule for group in GROUPS.values() for rule in group)
"""All rules."""


@dataclass(frozen=True, slots=True)
class Audit:
    """The result of an audit.

    Attributes:
        folder: the folder of the release.
        records: number of records that were checked.
        pictures: number of picture files that were checked.
        problems: one row per fault.
        read: image name to picture, of all pictures that were checked.
    """

    folder: Path
    records: int
    pictures: int
    problems: tuple[Problem, ...]
    read: Mapping[str, Picture] = field(default_factory=dict, repr=False, compare=False)

    @property
    def is_fit(self) -> bool:
        """Whether the release can be used: no row is an error."""
        return not errors_in(self.problems)


def audit_release(
    path: Path,
    *,
    on_file: OnCount = ignore_count,
    on_picture: OnCount = ignore_count,
) -> Audit:
    """Check the release or published corpus at `path` against every rule.

    Args:
        path: the folder.
        on_file: progress in files that are read and hashed.
        on_picture: progress in pictures that are decoded.

    Returns:
        The audit. Where the manifest cannot be read, it has only the problems of the manifest.

    Raises:
        DataError: there is no release or corpus at `path`.
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
    return Audit(release.folder, len(inspected.examples), len(pictures), tuple(problems), pictures)
