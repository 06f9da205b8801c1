"""Find the posts that were withdrawn from releases while something was made from them.

Whatever has text, pictures or names of posts is written inside one of these blocks, or inside that of
`schema/corpus/deletions.py`; a test lists every writer. What takes seconds is refused and made again
(`none_withdrawn`). What takes hours is written without the withdrawn posts (`removed_since`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager

from ..errors import DataError
from ..files.lock import reader_lock
from ..removed_posts import RemovedPosts
from .manifest import MANIFEST, read_manifest
from .release import Release
from .withdrawal_notice import current_manifest, read_notice


@contextmanager
def none_withdrawn(releases: Iterable[Release]) -> Iterator[None]:
    """Check that nothing was withdrawn from releases since they were read, and hold off withdrawals.

    A gallery, an export or a merged release that is renamed inside the block has no withdrawn post. Published
    corpora have no manifest, and nothing is withdrawn from them.

    Raises:
        DataError: a post was withdrawn.
    """
    ours = {release.folder.resolve(): release for release in releases}
    with ExitStack() as stack:
        for place in sorted(ours):
            if stack.enter_context(removed_since(ours[place])).ids:
                raise DataError(
                    f"{ours[place].folder}: a post was withdrawn from it while this command ran;"
                    " nothing was written",
                    "run the same command again",
                )
        yield


@contextmanager
def removed_since(release: Release) -> Iterator[RemovedPosts]:
    """Yield the posts that were withdrawn from a release since it was read, and hold off withdrawals.

    A report that appears inside the block, without these posts, has no withdrawn post.

    Raises:
        DataError: the release is not there any more, so nobody can say what was withdrawn from it.
    """
    if release.manifest is None:
        yield RemovedPosts(release.folder)
        return
    with reader_lock(release.folder):
        before = {post.id for post in release.manifest.withdrawn}
        yield RemovedPosts(release.folder, frozenset(_withdrawn_now(release) - before))


def _withdrawn_now(release: Release) -> set[str]:
    path = release.folder / MANIFEST
    if not path.is_file():
        raise DataError(
            f"{path}: no such file; it was there when this command began, and says whether a post was"
            " withdrawn meanwhile",
            "put the release back, and run the same command again",
        )
    frozen = read_manifest(path)
    notice = read_notice(release.folder, frozen)
    current = current_manifest(frozen, notice) if notice else frozen
    return {post.id for post in current.withdrawn}
