"""A release on disk: records in three splits, their images, and a manifest with a checksum of every file.

`Release.load` reads a release of ours and, without conversion, the published layouts of MNER-MI,
MNER-MI-Plus and Twitter-2015/2017. Writing one is `freeze.py`'s.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ValidationError

from .conll import read_twitter, split_file
from .corpus import DATABASE
from .errors import DataError
from .labels import SPLITS, Split
from .lines import read_lines
from .manifest import IMAGES, MANIFEST, Manifest, OnFile, checksum_problems, read_manifest
from .mner_mi import Part, image_file, read_mner_mi, text_file
from .problem import Problem, errors_in
from .record import Record, validation_problems


@dataclass(frozen=True)
class Release:
    """Records by split, and where their images are.

    manifest: None for the published layouts, which have none. problems: what reading found, without
    errors (those are refused).
    """

    name: str
    folder: Path
    splits: Mapping[Split, tuple[Record, ...]]
    image_path: Callable[[str], Path]
    manifest: Manifest | None = None
    problems: tuple[Problem, ...] = field(default=())

    @staticmethod
    def load(path: Path, *, on_file: OnFile = lambda done, total: None) -> Release:
        """Reads a release of ours, or a published corpus, from `path`.

        `path` is the folder; where a folder holds both published sets it is read as MNER-MI, and one
        of the files `text/MNER-UNI_*.txt` names MNER-MI-Plus. Raises DataError, with all problems,
        where a file is missing or broken or a checksum does not hold.
        """
        if (path / MANIFEST).is_file():
            return _load_ours(path, on_file)
        part = _published_part(path)
        if part:
            folder = path.parent.parent if path.is_file() else path
            splits, problems = read_mner_mi(folder, part)
            release = Release(
                "MNER-MI-Plus" if part == "MNER-UNI" else part,
                folder,
                splits,
                lambda name: image_file(folder, name),
                problems=tuple(problems),
            )
        elif any(split_file(path, split).is_file() for split in SPLITS):
            splits, problems = read_twitter(path)
            release = Release(
                path.resolve().name,
                path,
                splits,
                lambda name: path / name,
                problems=tuple(problems),
            )
        elif (path / DATABASE).is_file():
            raise DataError(
                f"{path}: a corpus, not a release",
                f"mnerctl release build --corpus {path} --version 1.0.0",
            )
        elif path.exists():
            raise DataError(
                f"{path}: no release; wanted {MANIFEST}, or text/MNER-MI_train.txt, or train.txt in it",
                f"ls {path}    # then give the folder that holds one of them",
            )
        else:
            raise DataError(f"{path}: no such folder", f"ls {path.parent}")
        refuse_errors(release.problems, path)
        return release

    def records(self) -> Iterator[Record]:
        """All records, split after split."""
        for split in SPLITS:
            yield from self.splits.get(split, ())

    def missing_images(self) -> list[str]:
        """The image names of records that have no file, in order, each once."""
        names = dict.fromkeys(name for record in self.records() for name in record.images)
        return [name for name in names if not self.image_path(name).is_file()]


def refuse_errors(problems: Iterable[Problem], path: Path) -> None:
    """Raises DataError with all rows where one is an error."""
    rows = list(problems)
    if wrong := errors_in(rows):
        raise DataError(
            f"{path}: {len(wrong)} {'error' if len(wrong) == 1 else 'errors'} in its files; "
            f"the first: {wrong[0].where}: {wrong[0].found}; wanted {wrong[0].wanted}",
            "mend the lines named above, then run the same command again",
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


def _load_ours(folder: Path, on_file: OnFile) -> Release:
    manifest = read_manifest(folder / MANIFEST)
    problems = checksum_problems(folder, manifest, on_file)
    refuse_errors(problems, folder)
    splits: dict[Split, tuple[Record, ...]] = {}
    seen: dict[str, str] = {}
    for split in SPLITS:
        path = folder / f"{split}.jsonl"
        splits[split] = tuple(_read_records(path, problems, seen))
        if len(splits[split]) != manifest.records.get(split) and not errors_in(problems):
            found = f"{len(splits[split])} records"
            wanted = f"{manifest.records.get(split)}, as the manifest says"
            problems.append(Problem("error", "record-count", str(path), found, wanted))
    refuse_errors(problems, folder)
    images = folder / IMAGES
    return Release(
        manifest.name, folder, splits, lambda name: images / name, manifest, tuple(problems)
    )


def _read_records(path: Path, problems: list[Problem], seen: dict[str, str]) -> Iterator[Record]:
    for number, line in read_lines(path, problems):
        where = f"{path}:{number}"
        try:
            record = Record.model_validate_json(line)
        except ValidationError as error:
            problems.extend(validation_problems(error, where))
            continue
        first = seen.setdefault(record.id, where)
        if first != where:
            problems.append(
                Problem(
                    "error",
                    "id-unique",
                    where,
                    f"id {record.id} again",
                    "each id once",
                    f"at {first}",
                )
            )
        yield record
