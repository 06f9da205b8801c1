"""Read a release from disk: records in three splits, their images, and a manifest with checksums.

`Release.load` reads releases of mnerctl and, without conversion, the published layouts of MNER-MI,
MNER-MI-Plus and Twitter-2015/2017. `freeze.py` writes releases.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from ..corpus.corpus import DATABASE
from ..errors import DataError
from ..formats import conll, mner_mi
from ..formats.label_names import LabelNames
from ..formats.mner_mi import TWITTER_2017_PREFIX, Part, image_file, text_file
from ..labels import SPLITS, Split
from ..links import NOWHERE, link_problems, links_in, refuse_links, unlinked
from ..problem import Problem, errors_in
from ..progress import OnCount, ignore_count
from ..record import Record
from .dehydrated import DEHYDRATED
from .manifest import IMAGES, MANIFEST, Manifest, checksum_problems, read_manifest
from .record_file import read_records
from .withdrawal_notice import NOTICE, current_manifest, notice_problem, read_notice

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
        if (path / MANIFEST).is_file():
            return _read_ours(path, on_file)
        if part := _published_part(path):
            return _read_mner_mi(path.parent.parent if path.is_file() else path, part, names)
        if any(conll.split_file(path, split).is_file() for split in SPLITS):
            return _read_twitter(path, names)
        if (path / DATABASE).is_file():
            raise DataError(
                f"{path}: a corpus, not a release",
                f"mnerctl release build --corpus {path} --version 1.0.0",
            )
        if (path / DEHYDRATED).is_file():
            raise DataError(
                f"{path}: a dehydrated release has neither text nor pictures",
                f"mnerctl release rehydrate {path} --corpus corpus -o releases/again",
            )
        if path.exists():
            raise DataError(
                f"{path}: no release; wanted {MANIFEST}, or text/MNER-MI_train.txt, or train.txt in it",
                f"ls {path}    # then give the folder that holds one of them",
            )
        raise DataError(f"{path}: no such folder", f"ls {path.parent}")

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


def _published_part(path: Path) -> Part | None:
    parts: tuple[Part, Part] = ("MNER-MI", "MNER-UNI")
    for part in parts:
        if path.is_file() and path.name.startswith(f"{part}_"):
            return part
    for part in parts:
        if any(text_file(path, part, split).is_file() for split in SPLITS):
            return part
    return None


def _read_mner_mi(folder: Path, part: Part, names: LabelNames | None) -> Release:
    files = {split: text_file(folder, part, split) for split in SPLITS}
    refuse_links(folder, _linked([folder / "text", *files.values()]))
    lines: dict[Split, list[int]] = {}
    splits, problems = mner_mi.read_mner_mi(folder, part, lines, names)
    images = [image_file(folder, name).parent for name in ("1", f"{TWITTER_2017_PREFIX}1")]
    problems += link_problems(_links_of_images(images))
    return Release(
        "MNER-MI-Plus" if part == "MNER-UNI" else part,
        folder,
        splits,
        lambda name: _picture_file(image_file(folder, name)),
        problems=tuple(problems),
        files=files,
        lines=lines,
    )


def _read_twitter(folder: Path, names: LabelNames | None) -> Release:
    files = {split: conll.split_file(folder, split) for split in SPLITS}
    refuse_links(folder, _linked(files.values()))
    lines: dict[Split, list[int]] = {}
    splits, problems = conll.read_twitter(folder, lines, names)
    images = folder / IMAGES if (folder / IMAGES).is_dir() else folder
    problems += link_problems(links_in(images) if images == folder else _links_of_images([images]))
    return Release(
        folder.resolve().name,
        folder,
        splits,
        lambda name: unlinked(images / name) if images == folder else _picture_file(images / name),
        problems=tuple(problems),
        files=files,
        lines=lines,
    )


def _linked(paths: Iterable[Path]) -> list[Path]:
    return [path for path in paths if path.is_symlink()]


def _links_of_images(folders: Iterable[Path]) -> list[Path]:
    """Return the folders of images that are links, and the links in the others."""
    return [
        path
        for folder in sorted(folders)
        for path in ([folder] if folder.is_symlink() else links_in(folder))
    ]


def _picture_file(path: Path) -> Path:
    """Return the path of an image, or a path without a file if it or its folder is a link."""
    return NOWHERE / path.name if path.parent.is_symlink() else unlinked(path)


def _read_ours(folder: Path, on_file: OnCount) -> Release:
    refuse_links(folder, _linked([folder / MANIFEST, folder / NOTICE]))
    manifest = read_manifest(folder / MANIFEST)
    notices: list[Problem] = []
    if notice := read_notice(folder, manifest):
        manifest = current_manifest(manifest, notice)
        notices = [notice_problem(folder, notice)]
    problems = [*notices, *checksum_problems(folder, manifest, on_file)]
    files = {split: folder / f"{split}.jsonl" for split in SPLITS}
    splits: dict[Split, tuple[Record, ...]] = {}
    lines: dict[Split, list[int]] = {split: [] for split in SPLITS}
    seen: dict[str, str] = {}
    for split, path in files.items():
        if path.is_symlink() or not path.is_file():
            splits[split] = ()  # `checksum_problems` has a row for it
            continue
        splits[split] = tuple(read_records(path, problems, seen, lines[split]))
        stated = manifest.records.get(split)
        is_whole = not any(row.where.startswith(str(path)) for row in errors_in(problems))
        if len(splits[split]) != stated and is_whole:
            found, wanted = f"{len(splits[split])} records", f"{stated}, as the manifest says"
            problems.append(Problem("error", "record-count", str(path), found, wanted))
    images = folder / IMAGES
    return Release(
        manifest.name,
        folder,
        splits,
        lambda name: _picture_file(images / name),
        manifest,
        tuple(problems),
        files,
        lines,
    )
