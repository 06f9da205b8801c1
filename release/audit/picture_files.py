"""Audit rules about picture files: present, intact, different from each other, and used by a record."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from ...schema.post import EXTENSIONS
from ...schema.release.manifest import IMAGES
from .images import SUFFIXES
from .rule import Example, Finding, Inspected, Rule

SMALLEST_SIDE: Final = 32
MANY_RECORDS: Final = 5
"""The same picture in this many records is not a coincidence."""


def _absent(inspected: Inspected) -> Iterator[Finding]:
    for folder, names in inspected.folders.items():
        if not any(name in inspected.pictures for name in names.values()):
            yield Finding(
                str(folder), f"none of {len(names):,} images", "the images that records name"
            )


def _missing(inspected: Inspected) -> Iterator[Finding]:
    manifest = inspected.release.manifest
    first = inspected.first_named
    for names in inspected.folders.values():
        missing = [name for name in names.values() if name not in inspected.pictures]
        if len(missing) == len(names):
            continue  # reported by images-absent
        for name in missing:
            if manifest is None or f"{IMAGES}/{name}" not in manifest.files:
                yield Finding(first[name], f"no file {name}", "a file for each image of a record")


def _broken(inspected: Inspected) -> Iterator[Finding]:
    for name, example in inspected.first_named.items():
        picture = inspected.pictures.get(name)
        if picture and picture.fault:
            yield Finding(example, f"{name}: {picture.fault}", "a whole picture")


def _type(inspected: Inspected) -> Iterator[Finding]:
    for name, example in inspected.first_named.items():
        picture = inspected.pictures.get(name)
        suffix = name.rpartition(".")[2].lower().replace("jpeg", "jpg")
        if picture and picture.media_type and suffix in SUFFIXES:
            right = EXTENSIONS[picture.media_type]
            if suffix != right:
                yield Finding(example, f"{name} is {picture.media_type}", f".{right}")


def _small(inspected: Inspected) -> Iterator[Finding]:
    for name, example in inspected.first_named.items():
        picture = inspected.pictures.get(name)
        if picture and not picture.fault and min(picture.size) < SMALLEST_SIDE:
            found = f"{name}: {picture.size[0]} x {picture.size[1]} pixels"
            yield Finding(example, found, f"at least {SMALLEST_SIDE} pixels per side")


def _flat(inspected: Inspected) -> Iterator[Finding]:
    for name, example in inspected.first_named.items():
        picture = inspected.pictures.get(name)
        if picture and picture.is_flat:
            yield Finding(example, f"{name} has only one shade", "a picture that shows something")


def _placeholder(inspected: Inspected) -> Iterator[Finding]:
    users: dict[str, dict[int, Example]] = defaultdict(dict)
    names: dict[str, str] = {}
    for example in inspected.examples:
        for name in example.record.images:
            if picture := inspected.pictures.get(name):
                users[picture.sha256][id(example)] = example
                names.setdefault(picture.sha256, name)
    for sha256, examples in users.items():
        if len(examples) >= MANY_RECORDS:
            found = f"the picture {names[sha256]} in {len(examples)} records"
            first = next(iter(examples.values()))
            yield Finding(
                first,
                found,
                f"fewer than {MANY_RECORDS} records",
                "perhaps a placeholder for lost pictures",
            )


def _same(inspected: Inspected) -> Iterator[Finding]:
    for example in inspected.examples:
        first: dict[str, str] = {}
        for name in dict.fromkeys(example.record.images):
            picture = inspected.pictures.get(name)
            if picture is None or picture.fault:
                continue
            key = picture.sha256 if picture.is_flat else picture.phash
            other = first.setdefault(key, name)
            if other != name:
                is_equal = inspected.pictures[other].sha256 == picture.sha256
                likeness = "same bytes as" if is_equal else "looks like"
                yield Finding(example, f"{name}: {likeness} {other}", "different pictures")


def _metadata(inspected: Inspected) -> Iterator[Finding]:
    """Find metadata where nothing says that they were dropped."""
    if not _is_stripped(inspected):
        yield from _with_metadata(inspected)


def _left_metadata(inspected: Inspected) -> Iterator[Finding]:
    """Find metadata where the manifest says that they were dropped."""
    if _is_stripped(inspected):
        yield from _with_metadata(inspected)


def _is_stripped(inspected: Inspected) -> bool:
    manifest = inspected.release.manifest
    return manifest is not None and manifest.stripped is not None


def _with_metadata(inspected: Inspected) -> Iterator[Finding]:
    for name, example in inspected.first_named.items():
        picture = inspected.pictures.get(name)
        if picture and picture.metadata:
            found = f"{name} has {', '.join(picture.metadata)}"
            yield Finding(example, found, "a picture without metadata")


def _orphans(inspected: Inspected) -> Iterator[Finding]:
    if not inspected.is_whole:
        return
    manifest = inspected.release.manifest
    for folder, names in inspected.folders.items():
        for path in sorted(folder.iterdir()) if folder.is_dir() else ():
            is_picture = path.suffix.lower().lstrip(".") in SUFFIXES
            is_unlisted = manifest and f"{IMAGES}/{path.name}" not in manifest.files
            is_reported = is_unlisted or path.is_symlink()  # by file-unknown or file-link
            if is_picture and path.name not in names and not is_reported:
                yield Finding(str(path), "a picture that no record names", "a record that names it")


PICTURES: Final = (
    Rule(
        "images-absent",
        "An image folder has at least one of the images that records name.",
        "warning",
        "warning",
        _absent,
    ),
    Rule(
        "image-missing", "Each image that a record names has a file.", "warning", "error", _missing
    ),
    Rule("image-broken", "A picture can be decoded completely.", "error", "warning", _broken),
    Rule(
        "image-type",
        "A picture has the format that the ending of its name says.",
        "error",
        "warning",
        _type,
    ),
    Rule(
        "image-small",
        f"A picture is at least {SMALLEST_SIDE} pixels wide and high.",
        "warning",
        "warning",
        _small,
    ),
    Rule("image-flat", "A picture has more than one shade.", "warning", "warning", _flat),
    Rule(
        "image-placeholder",
        f"A picture is in fewer than {MANY_RECORDS} records; one in many is often a placeholder.",
        "warning",
        "warning",
        _placeholder,
    ),
    Rule(
        "image-same",
        "The pictures of a post have different bytes and look different.",
        "warning",
        "warning",
        _same,
    ),
    Rule(
        "image-metadata",
        "A picture has no metadata, such as a GPS position or the serial number of a camera.",
        "warning",
        "warning",
        _metadata,
    ),
    Rule(
        "image-stripped",
        "Where the manifest states that metadata were dropped from pictures, none has any.",
        "error",
        None,
        _left_metadata,
    ),
    Rule("image-orphan", "Each picture file is named by a record.", "warning", "warning", _orphans),
)
