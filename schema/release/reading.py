"""Find out what a folder holds, a release of mnerctl or a published corpus, and read it.

`release.py` has what they are read into.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from ..corpus.stored import DATABASE
from ..errors import DataError
from ..files.links import NOWHERE, link_problems, links_in, refuse_links, unlinked
from ..formats import conll, mner_mi
from ..formats.label_names import LabelNames
from ..formats.mner_mi import TWITTER_2017_PREFIX, Part, image_file, text_file
from ..labels import SPLITS, Split
from ..problem import Problem, errors_in
from ..progress import OnCount
from ..record import Record
from .dehydrated import DEHYDRATED
from .manifest import IMAGES, MANIFEST, checksum_problems, read_manifest
from .record_file import read_records
from .release import Release
from .withdrawal_notice import NOTICE, current_manifest, notice_problem, read_notice


def read_release(path: Path, on_file: OnCount, names: LabelNames | None) -> Release:
    """Read what can be read of a release or a published corpus, as `Release.read` says."""
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
