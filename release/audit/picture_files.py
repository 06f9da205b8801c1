"""Rules of the audit about picture files: there, whole, different, and each named by a record."""

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
"""As many records do not show the same picture by chance."""


def _absent(inspected: Inspected) -> Iterator[Finding]:
    for folder, names in inspected.folders.items():
        if not any(name in inspected.pictures for name in names.values()):
            yield Finding(str(folder), f"none of {len(names):,} images", "the images of records")


def _missing(inspected: Inspected) -> Iterator[Finding]:
    manifest = inspected.release.manifest
    first = inspected.first_named
    for names in inspected.folders.values():
        missing = [name for name in names.values() if name not in inspected.pictures]
        if len(missing) == len(names):
            continue  # a rule of its own
        for name in missing:
            if manifest is None or f"{IMAGES}/{name}" not in manifest.files:
                yield Finding(first[name], f"no file {name}", "the images of records")


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
            yield Finding(example, found, f"at least {SMALLEST_SIDE} a side")


def _flat(inspected: Inspected) -> Iterator[Finding]:
    for name, example in inspected.first_named.items():
        picture = inspected.pictures.get(name)
        if picture and picture.is_flat:
            yield Finding(example, f"{name} has one shade", "a picture of something")


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
            found = f"the bytes of {names[sha256]} in {len(examples)} records"
            first = next(iter(examples.values()))
            yield Finding(first, found, f"in fewer than {MANY_RECORDS}", "stands it for lost ones?")


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
                likeness = "the bytes of" if is_equal else "looks like"
                yield Finding(example, f"{name}: {likeness} {other}", "different pictures")


def _orphans(inspected: Inspected) -> Iterator[Finding]:
    if not inspected.is_whole:
        return
    manifest = inspected.release.manifest
    for folder, names in inspected.folders.items():
        for path in sorted(folder.iterdir()) if folder.is_dir() else ():
            is_picture = path.suffix.lower().lstrip(".") in SUFFIXES
            is_told = manifest and f"{IMAGES}/{path.name}" not in manifest.files
            if is_picture and path.name not in names and not is_told:
                yield Finding(str(path), "a picture of no record", "a record that names it")


PICTURES: Final = (
    Rule("images-absent", "A folder of images is there.", "warning", "warning", _absent),
    Rule("image-missing", "An image that a record names has a file.", "warning", "error", _missing),
    Rule("image-broken", "A picture can be decoded to its last row.", "error", "warning", _broken),
    Rule("image-type", "A picture is of the type of its name.", "error", "warning", _type),
    Rule(
        "image-small",
        f"A picture has at least {SMALLEST_SIDE} pixels a side.",
        "warning",
        "warning",
        _small,
    ),
    Rule("image-flat", "A picture is not of one shade.", "warning", "warning", _flat),
    Rule(
        "image-placeholder",
        f"The same picture stands in fewer than {MANY_RECORDS} records: one for lost ones does not.",
        "warning",
        "warning",
        _placeholder,
    ),
    Rule(
        "image-same",
        "The pictures of a post differ, in bytes and to the eye.",
        "warning",
        "warning",
        _same,
    ),
    Rule("image-orphan", "A picture is named by a record.", "warning", "warning", _orphans),
)
