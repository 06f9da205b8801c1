"""Audit rules about the manifest, other than checksums. A published corpus has no manifest."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import regex

from ...schema.post_url import post_of_url
from ...schema.release.manifest import IMAGES, MANIFEST
from .rule import Finding, Inspected, Rule

_VERSION: Final = regex.compile(r"\d+\.\d+\.\d+(?:[-+][0-9A-Za-z.+-]+)?")


def _withdrawn(inspected: Inspected) -> Iterator[Finding]:
    manifest = inspected.release.manifest
    gone = {post.id: post for post in manifest.withdrawn} if manifest else {}
    for example in inspected.examples:
        for id in dict.fromkeys((example.record.id, post_of_url(example.record.url))):
            if id in gone:
                found = f"post {id}, {gone[id].fate} since {gone[id].date}"
                yield Finding(example, found, "no post that was withdrawn")


def _missing_count(inspected: Inspected) -> Iterator[Finding]:
    manifest = inspected.release.manifest
    if manifest is None or not inspected.is_whole:
        return
    names = {name for example in inspected.examples for name in example.record.images}
    missing = sum(f"{IMAGES}/{name}" not in manifest.files for name in names)
    if missing != manifest.missing_images:
        found = f"missing_images {manifest.missing_images}"
        wanted = f"{missing}, the images of records that are not listed in files"
        yield Finding(_manifest(inspected), found, wanted)


def _sources(inspected: Inspected) -> Iterator[Finding]:
    manifest = inspected.release.manifest
    if manifest is None or not manifest.sources:
        return
    listed, present = sum(s.records for s in manifest.sources), len(inspected.examples)
    if listed < present:
        found = f"{listed} records in {len(manifest.sources)} sources"
        yield Finding(
            _manifest(inspected), found, f"at least {present}, the records of the release"
        )


def _version(inspected: Inspected) -> Iterator[Finding]:
    manifest = inspected.release.manifest
    if manifest and not _VERSION.fullmatch(manifest.version):
        yield Finding(_manifest(inspected), f"version {manifest.version!r}", "X.Y.Z")


def _name(inspected: Inspected) -> Iterator[Finding]:
    manifest = inspected.release.manifest
    if manifest and not manifest.name.strip():
        yield Finding(_manifest(inspected), f"name {manifest.name!r}", "a name to cite it by")


def _manifest(inspected: Inspected) -> str:
    return str(inspected.release.folder / MANIFEST)


MANIFEST_RULES: Final = (
    Rule("withdrawn", "No record is a withdrawn post.", "error", None, _withdrawn),
    Rule(
        "missing-images",
        "The manifest has the right count of images that records name but the release lacks.",
        "error",
        None,
        _missing_count,
    ),
    Rule(
        "sources",
        "The sources together have at least as many records as the release.",
        "error",
        None,
        _sources,
    ),
    Rule("version", "The version has the form X.Y.Z.", "warning", None, _version),
    Rule("name", "The release has a name.", "warning", None, _name),
)
