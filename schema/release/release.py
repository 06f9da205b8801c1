"""A release: records in three splits, their images, and a manifest with checksums.

`Release.load` reads releases of mnerctl and, without conversion, the published layouts of MNER-MI,
MNER-MI-Plus and Twitter-2015/2017. `reading.py` has how; `freeze.py` writes releases.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import DataError
from ..formats.label_names import LabelNames
from ..labels import SPLITS, Split
from ..problem import Problem, errors_in
from ..progress import OnCount, ignore_count
from ..record import Record
from .manifest import Manifest

if TYPE_CHECKING:
    from datasets import DatasetDict
    from pandas import DataFrame


@dataclass(frozen=True)
class Release:
    """Records by split, and where their images are.

    Attributes:
        name: name of the release or corpus.
        folder: its folder.
        splits: records by split.
        image_path: returns the path of an image by its name; a path without a file if it is a link.
        manifest: None for the published layouts, which have none.
        problems: what reading found; an error means that records were left out.
        files: the file of each split.
        lines: the line number of each record in its file.
    """

    name: str
    folder: Path
    splits: Mapping[Split, tuple[Record, ...]]
    image_path: Callable[[str], Path]
    manifest: Manifest | None = None
    problems: tuple[Problem, ...] = field(default=())
    files: Mapping[Split, Path] = field(default_factory=dict, compare=False)
    lines: Mapping[Split, Sequence[int]] = field(default_factory=dict, compare=False)

    @staticmethod
    def load(
        path: Path,
        *,
        on_file: OnCount = ignore_count,
        names: LabelNames | None = None,
    ) -> Release:
        """Read a release or a published corpus that has no errors.

        Args:
            path: the folder. A folder with both MNER-MI and MNER-MI-Plus is read as MNER-MI; give one of its
                files `text/MNER-UNI_*.txt` to read MNER-MI-Plus.
            on_file: called after each file that is checked against the manifest.
            names: how to read the type names of a published corpus.

        Raises:
            DataError: a file is missing or broken, or a checksum does not match; contains all problems.
        """
        release = Release.read(path, on_file=on_file, names=names)
        refuse_errors(release.problems, path)
        return release

    @staticmethod
    def read(
        path: Path,
        *,
        on_file: OnCount = ignore_count,
        names: LabelNames | None = None,
    ) -> Release:
        """Read what can be read of a release or a published corpus; all faults are in `problems`.

        Arguments as in `load`.

        Raises:
            DataError: there is no release, no readable manifest, or no file for a published split.
        """
        from .reading import read_release

        return read_release(path, on_file, names)

    def records(self) -> Iterator[Record]:
        """Yield all records, one split after the other."""
        for split in SPLITS:
            yield from self.splits.get(split, ())

    def to_datasets(self) -> DatasetDict:
        """Return the records as a `datasets.DatasetDict` with the splits train, validation and test.

        `label` holds class labels, and `images` pictures that are decoded when a row is read.

        Raises:
            UsageError: `datasets` is not installed.
        """
        from .tables import to_datasets

        return to_datasets(self)

    def entities(self) -> DataFrame:
        """Return the entities as a pandas frame: split, id, start, end, type, text, images, evidence.

        `start` and `end` count tokens, half-open; `images` is the number of images of the record, and
        `evidence` the positions of the images that helped the annotators.

        Raises:
            UsageError: `pandas` is not installed.
        """
        from .tables import to_frame

        return to_frame(self)

    def missing_images(self) -> list[str]:
        """Return the image names without a file, in the order of the records, each once."""
        names = dict.fromkeys(name for record in self.records() for name in record.images)
        return [name for name in names if not self.image_path(name).is_file()]


def refuse_errors(problems: Iterable[Problem], path: Path) -> None:
    """Raise DataError with all rows if one of them is an error."""
    rows = list(problems)
    if wrong := errors_in(rows):
        raise DataError(
            f"{path}: {len(wrong)} {'error' if len(wrong) == 1 else 'errors'} in its files; "
            f"the first: {wrong[0].where}: {wrong[0].found}; wanted {wrong[0].wanted}",
            "fix the lines above, then run the same command again",
            problems=rows,
        )
