"""Remove posts from a frozen release. The manifest stays as it is; a notice says what the release is now.

The release is locked and checked, as it will be when an interrupted call is finished. The notice is written
next, then each changed file is written under another name and renamed. If the process is killed in between,
the next call finishes the work, and returns again what was removed, so that the caller can finish too.
`release/export/withdraw.py` makes exports again. Owners of copies elsewhere find the ids in the notice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

from ...schema import SPLITS, DataError, Record, Release
from ...schema.files.atomic_write import write_file
from ...schema.files.links import links_in, refuse_links
from ...schema.files.lock import folder_lock
from ...schema.post_url import belongs_to, without_author
from ...schema.release.manifest import (
    IMAGES,
    MANIFEST,
    Manifest,
    Withdrawn,
    read_manifest,
)
from ...schema.release.withdrawal_notice import (
    NOTICE,
    Notice,
    current_manifest,
    notice_text,
    read_notice,
    sha256_of,
)
from .notice_files import (
    carry_out,
    content_of,
    file_entry,
    load_with,
    rest_of,
    without_posts,
)


@dataclass(frozen=True, slots=True)
class WithdrawResult:
    """What was removed from a release.

    Attributes:
        post_ids: those of the given ids that the release had.
        record_ids: the ids of the records that this call removed.
        image_hashes: SHA-256 of all images that the release had and no remaining record has, as released and
            as collected, also by earlier calls.
        earlier_ids: the ids of records that earlier calls removed, where a post was named by another id.
        unfinished: number of files that an interrupted call left to change or delete.
    """

    post_ids: tuple[str, ...] = ()
    record_ids: tuple[str, ...] = ()
    image_hashes: frozenset[str] = frozenset()
    earlier_ids: frozenset[str] = frozenset()
    unfinished: int = 0


def withdraw_from_release(
    folder: Path, posts: Sequence[Withdrawn], *, dry_run: bool = False
) -> WithdrawResult:
    """Remove those of the posts that the release has.

    Args:
        folder: folder of the release.
        posts: the posts, with reason and date for the notice.
        dry_run: only return what would be removed; nothing is changed, and nothing that was interrupted is
            finished.

    Raises:
        DataError: the folder is no release that mnerctl froze, it has a link, or its files do not match its
            manifest.
    """
    with nullcontext() if dry_run else folder_lock(folder):
        return _withdraw(folder, posts, dry_run=dry_run)


def _withdraw(folder: Path, posts: Sequence[Withdrawn], *, dry_run: bool) -> WithdrawResult:
    frozen, earlier = _read_manifest_and_notice(folder)
    rest = rest_of(folder, earlier) if earlier else {}
    release = load_with(folder, rest) if rest else Release.load(folder)
    if not dry_run:
        carry_out(folder, rest)
    ids = {post.id for post in posts}
    removed = [record for record in release.records() if belongs_to(record.id, record.url, ids)]
    current = current_manifest(frozen, earlier) if earlier else frozen
    found = [_without_author(post, removed) for post in posts if _is_in(post, removed)]
    notice = _make_notice(release, current, earlier, found, rest) if removed else earlier
    if removed and notice and not dry_run:
        write_file(folder / NOTICE, notice_text(notice))
        carry_out(folder, rest_of(folder, notice))
    return WithdrawResult(
        tuple(post.id for post in found),
        tuple(record.id for record in removed),
        _hashes_of_removed(frozen, notice) if notice else frozenset(),
        frozenset(earlier.record_ids if earlier else ()),
        len(rest),
    )


def _hashes_of_removed(frozen: Manifest, notice: Notice) -> frozenset[str]:
    """Return the SHA-256 of all images that the release has no more."""
    kept = {
        one for name in frozen.files if name not in notice.removed for one in frozen.hashes_of(name)
    }
    return frozenset(one for name in notice.removed for one in frozen.hashes_of(name)) - kept


def _without_author(post: Withdrawn, records: Sequence[Record]) -> Withdrawn:
    """Return the post with a reason that does not name its author; the notice is public."""
    reason = post.reason
    for record in records:
        if belongs_to(record.id, record.url, {post.id}):
            reason = without_author(reason, record.url)
    return post.model_copy(update={"reason": reason})


def withdrawn_ids(folder: Path) -> set[str]:
    """Return the ids of all posts withdrawn from the release, before or after it was frozen."""
    frozen, notice = _read_manifest_and_notice(folder)
    return {post.id for post in (*frozen.withdrawn, *(notice.posts if notice else ()))}


def _read_manifest_and_notice(folder: Path) -> tuple[Manifest, Notice | None]:
    refuse_links(folder, links_in(folder, IMAGES))
    if not (folder / MANIFEST).is_file():
        raise DataError(
            f"{folder}: no {MANIFEST}; only a release that mnerctl froze can be changed",
            "delete the post from a published corpus by hand, or build a release without it",
        )
    frozen = read_manifest(folder / MANIFEST)
    return frozen, read_notice(folder, frozen)


def _is_in(post: Withdrawn, records: Sequence[Record]) -> bool:
    return any(belongs_to(record.id, record.url, {post.id}) for record in records)


def _make_notice(
    release: Release,
    current: Manifest,
    earlier: Notice | None,
    posts: Sequence[Withdrawn],
    rest: Mapping[str, bytes | None],
) -> Notice:
    """Return the notice for the release without the posts; it includes the earlier notice."""
    ids = {post.id for post in posts}
    kept = {
        split: [one for one in release.splits[split] if not belongs_to(one.id, one.url, ids)]
        for split in SPLITS
    }
    changed = [split for split in SPLITS if len(kept[split]) != len(release.splits[split])]
    kept_images = {n for records in kept.values() for record in records for n in record.images}
    gone = {name for record in release.records() for name in record.images} - kept_images
    files = {
        f"{split}.jsonl": file_entry(without_posts(content_of(release, split, rest), ids))
        for split in changed
    }
    removed = [f"{IMAGES}/{name}" for name in sorted(gone) if f"{IMAGES}/{name}" in current.files]
    return Notice(
        manifest_sha256=sha256_of(release.folder / MANIFEST),
        posts=(*(earlier.posts if earlier else ()), *posts),
        record_ids=(
            *(earlier.record_ids if earlier else ()),
            *(
                one.id
                for one in release.records()
                if one.id not in ids and belongs_to(one.id, one.url, ids)
            ),
        ),
        files=(earlier.files if earlier else {}) | files,
        removed=(*(earlier.removed if earlier else ()), *removed),
        records={split: len(records) for split, records in kept.items()},
        missing_images=sum(f"{IMAGES}/{name}" not in current.files for name in kept_images),
    )
