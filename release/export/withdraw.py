"""Remove posts from an export: it is made again from its release, from which they were withdrawn before.

Only files that differ are replaced, and only files that the export wrote are deleted, so that what somebody
added to the folder stays. The record of the export is written last: a killed call is finished by the next.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

from ...schema import DataError, Release
from ...schema.files.atomic_write import temporary_folder, update_folder
from ...schema.files.links import links_below, refuse_links
from ...schema.files.lock import folder_lock
from ...schema.release.export_record import RECORD, ExportRecord, read_export_record
from ...schema.release.manifest import MANIFEST
from ...schema.release.withdrawal_notice import sha256_of
from .export import FORMATS, write_files
from .job import Job


def withdraw_from_export(
    folder: Path, releases: Sequence[Path], ids: Collection[str], *, dry_run: bool = False
) -> int:
    """Make an export again if it has one of these posts, and return how many it had.

    Args:
        folder: the export.
        releases: the releases; the posts were withdrawn from that of the export.
        ids: ids of posts and of records.
        dry_run: only count.

    Raises:
        DataError: the folder is no export of one of these releases, or it has a link.
    """
    refuse_links(folder, links_below(folder))
    count = (record := read_export_record(folder)).count(ids)
    if not count:
        return 0
    source = _release_of(record, folder, releases)
    if not dry_run:
        with folder_lock(source), folder_lock(folder), temporary_folder(folder.parent) as new:
            job = Job(Release.load(source), new, record.facts, record.with_content)
            now = write_files(job, record.to)
            update_folder(folder, new, (*now.files, RECORD), earlier=record.files)
    return count


def _release_of(record: ExportRecord, folder: Path, releases: Sequence[Path]) -> Path:
    if record.to not in FORMATS:
        raise DataError(
            f"{folder}: an export as {record.to!r}, which this version of mnerctl does not write",
            "delete the export",
        )
    for release in releases:
        if (release / MANIFEST).is_file() and (
            sha256_of(release / MANIFEST) == record.manifest_sha256
        ):
            return release
    raise DataError(
        f"{folder}: an export of {record.release} {record.version}, which is not among the given"
        " releases; it is made again from its release",
        "give that release too, or delete the export",
    )
